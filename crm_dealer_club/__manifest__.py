{
    "name": "Dealer CRM: Club",
    "summary": "Groundwork for the owners' club of a dealer network",
    "version": "19.0.1.0.0",
    "author": "Dealer CRM contributors",
    "license": "AGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_dealer_grading"],
}
