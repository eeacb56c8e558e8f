"""The night's files of a back office, from bytes to rows: docs/import-format.md says what they hold.

`reading` (bytes → cells), `values` and `columns` (cells → rows) and `survey` (what stands twice) know no database.
`client_rows`, `contract_rows` and `detail_rows` merge rows with what is there and write them; a refusal goes through
`run`. `importing` holds the one transaction, `report` and `screen` what is said of it.
"""
