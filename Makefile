# run    serve the database "demo" on 127.0.0.1:8069 (PORT=8070 for another port)
# test   lint and tests; T="pytest arguments" runs a part without lint: make test T="-k vin"
# lint   ruff, pylint-odoo, OCA hooks
# trials what takes long: a full ERP around the addons, upgrades, faults, several processes (tests/trials);
#        T="tests/trials/test_faults.py" runs a part
# bench  the measurements in tests/bench
# load   fifty people at once on a million customers (tests/load)
# stop   stop what run and test left running
# clean  remove what run and test made here; downloads stay in the cache folder

run test lint trials bench load stop clean:
	@python3 scripts/dev $@

.PHONY: run test lint trials bench load stop clean
export T PORT
.DEFAULT_GOAL := run
