-- The version of the server as a number: 150020 is 15.20.
SELECT current_setting('server_version_num')
