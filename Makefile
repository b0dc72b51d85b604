# run    serve the database "demo" on 127.0.0.1:8069 (PORT=8070 for another port)
# test   lint and tests; T="pytest arguments" runs a part without lint: make test T="-k vin"
# lint   ruff, pylint-odoo, OCA hooks
# bench  the measurements in tests/bench
# stop   stop what run and test left running
# clean  remove what run and test made here; downloads stay in the cache folder

run test lint bench stop clean:
	@python3 scripts/dev $@

.PHONY: run test lint bench stop clean
export T PORT
.DEFAULT_GOAL := run
