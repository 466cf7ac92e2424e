-- Forgets parts of uploads that nobody completed within a day.
DELETE FROM board.upload_part WHERE at < now() - interval '1 day'
