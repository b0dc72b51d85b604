{
    "name": "Dealer CRM: Club",
    "summary": "The owners' club of a dealer network: tiers, benefits, points, activities, portal",
    "version": "19.0.1.1.0",
    "author": "Dealer CRM contributors",
    "license": "AGPL-3",
    "category": "Sales/CRM",
    "depends": ["crm_dealer_grading", "sale_loyalty", "event", "portal"],
    "data": [
        "security/rules_tier.xml",
        "security/ir.model.access-tier.csv",
        "data/tier/tier_data.xml",
        "views/tier/crm_club_tier_views.xml",
        "views/tier/crm_club_membership_views.xml",
        "views/menus.xml",
    ],
}
