{
    "name": "Dealer CRM: Survey",
    "summary": "Groundwork for satisfaction surveys of a dealer network",
    "version": "19.0.1.1.0",
    "author": "Dealer CRM contributors",
    "license": "AGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_dealer_grading", "survey", "sms"],
}
