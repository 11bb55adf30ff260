from . import checkout
from . import customer_portal
from . import portal
from . import webhook
