from . import crm_cockpit
