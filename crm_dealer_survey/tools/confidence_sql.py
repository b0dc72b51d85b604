"""Intervals of an index as SQL, the same as ``confidence.py`` says in Python (S1)."""

from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.confidence import student

_FEW = 30  # degrees of freedom up to which quantiles are listed
# Cornish-Fisher expansion of the quantile by one over the degrees of freedom, exact to 1e-7.
_TERMS = (1.959963984540054, 2.372271230298562, 2.8224986157396112, 2.555849679507722, 1.5895340534)


def student_sql(freedom):
    """Two-sided 95 % quantile of Student's distribution for the SQL ``freedom``, above 0."""
    listed = [student(number) for number in range(1, _FEW + 1)]
    series = SQL(" + ").join(
        SQL("%s::float8 / (%s)::float8 ^ %s", term, freedom, power)
        for power, term in enumerate(_TERMS)
    )
    return SQL(
        "CASE WHEN %(f)s <= %(few)s THEN (%(listed)s::float8[])[%(f)s] ELSE %(series)s END",
        f=freedom,
        few=_FEW,
        listed=listed,
        series=series,
    )


def error_sql(mean, n, customers, squares, products, sizes):
    """Standard error of a mean whose units are customers; NULL with fewer than two."""
    return SQL(
        """CASE WHEN %(customers)s > 1
                THEN sqrt(greatest(%(squares)s - 2 * %(mean)s * %(products)s
                                   + %(mean)s * %(mean)s * %(sizes)s, 0)
                          * %(customers)s / (%(customers)s - 1)) / %(n)s END""",
        mean=mean,
        n=n,
        customers=customers,
        squares=squares,
        products=products,
        sizes=sizes,
    )


def margin_of_group(customer, figure):
    """Half the 95 % interval of the mean of ``figure`` in a group of rows.

    An aggregate: to be selected where the statement groups, whatever it groups by.
    """
    error = error_sql(
        SQL("m.mean"), SQL("sum(k.n)"), SQL("count(*)"), SQL("sum(k.total * k.total)"),
        SQL("sum(k.total * k.n)"), SQL("sum(k.n * k.n)"),
    )  # fmt: skip
    return SQL(
        """(SELECT CASE WHEN count(*) > 1 THEN (%(student)s) * (%(error)s) END
              FROM (SELECT u.customer, count(*)::float8 AS n, sum(u.figure) AS total
                      FROM unnest(array_agg(%(customer)s), array_agg(%(figure)s))
                           AS u(customer, figure)
                     GROUP BY u.customer) k
             CROSS JOIN (SELECT avg(%(figure)s) AS mean) m
             GROUP BY m.mean)""",
        student=student_sql(SQL("(count(*) - 1)::int")),
        error=error,
        customer=customer,
        figure=figure,
    )


def bounds_sql(kind, top):
    """``(lowest, highest)`` SQL of an index of the kind on the scale up to ``top``."""
    lowest = SQL(
        "CASE %s WHEN 'nps' THEN -100 WHEN 'compliance' THEN 0 ELSE %s / 10.0 END", kind, top
    )
    highest = SQL("CASE WHEN %s IN ('nps', 'compliance') THEN 100 ELSE %s END", kind, top)
    return lowest, highest
