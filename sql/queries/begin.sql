-- Begins a transaction that ends with `commit` or `rollback` in a later unit.
BEGIN
