META
key;value
budget;1
vote_type;approval
comment;"a ""b""
;c"
unit;the "old" mill
"k;";
;