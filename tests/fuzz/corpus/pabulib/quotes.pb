META
key;value
budget;1
vote_type;approval
comment;"a ""b""
;c"
unit;the "old" mill
"k;";
PROJECTS
project_id;cost;name
"x"y;1;"m" n
"p""q";2;"""z"""
VOTES
voter_id;vote
"1";"x"y
2;"""x""y,p""q"



