META
key;value
unit;Åó
