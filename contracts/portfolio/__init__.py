"""The night's files of a back office, from bytes to rows: docs/import-format.md says what they hold.

`reading` (bytes → cells), `values` and `columns` (cells → rows) and `survey` are pure. `client_rows`, `contract_rows` and
`detail_rows` merge rows with what the database holds and write them. `importing` holds the one transaction.
"""
