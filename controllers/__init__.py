from . import portal
from . import setup
from . import webhook
