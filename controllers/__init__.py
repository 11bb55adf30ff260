from . import checkout
from . import customer_portal
from . import portal
from . import setup
from . import webhook
