"""Who rests: SQL of customers whom nobody asks for a while (S2).

Parameters are ``sample`` (id, which does not count), ``day`` (the company's), ``cooling`` (days),
``since`` and ``now`` (naive UTC), ``known``, a condition on lines of samples, and ``open``, one on
calls ``c`` that are to come.
"""

# Customers who rest: asked by a sample, by an agent or by hand. Moments of draws are whole seconds.
RESTING = """
    SELECT l.commercial_partner_id FROM crm_satisfaction_sample_line l
     WHERE l.asked_on IS NOT NULL AND %(known)s
       AND l.state IN ('drawn', 'sent', 'answered', 'expired', 'refused')
       AND l.sample_id <> %(sample)s
       AND l.asked_on + GREATEST(l.cooling_days, %(cooling)s) > %(day)s
     UNION
    SELECT i.commercial_partner_id FROM survey_user_input i
     WHERE i.satisfaction_version_id IS NOT NULL AND i.commercial_partner_id IS NOT NULL
       AND i.test_entry IS NOT TRUE
       AND %(cooling)s > 0 AND i.create_date > %(since)s
       AND i.create_date < %(now)s::timestamp + interval '1 second'
       AND NOT EXISTS (SELECT FROM crm_satisfaction_sample_line l WHERE l.answer_id = i.id
                                                                      AND l.asked_on IS NOT NULL)"""
# Those, and who has a call to come that asks.
ASKED = (
    RESTING
    + """
     UNION
    SELECT c.commercial_partner_id FROM crm_followup_call c
      JOIN crm_followup_rule r ON r.id = c.rule_id
     WHERE %(open)s AND r.programme_id IS NOT NULL AND %(cooling)s > 0
       AND c.commercial_partner_id IS NOT NULL
       AND c.create_date < %(now)s::timestamp + interval '1 second'
       AND NOT EXISTS (SELECT FROM crm_satisfaction_sample_line l WHERE l.call_id = c.id)"""
)
OPEN_NOW = "c.state = 'due'"
# When a draw is repeated: calls that were made or given up since were still to come.
OPEN_THEN = """(c.state = 'due' OR CASE WHEN c.state IN ('done', 'unreachable') THEN c.last_date
                                         ELSE c.write_date END >= %(now)s)"""
# When a draw is repeated: samples drawn after it, on the same day too, were not known.
KNOWN_THEN = """l.asked_on <= %(day)s
       AND l.id < (SELECT min(o.id) FROM crm_satisfaction_sample_line o
                    WHERE o.sample_id = %(sample)s)"""
