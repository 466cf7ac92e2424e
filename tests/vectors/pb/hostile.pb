META
key;value
description;"Title ]0;owned end"
num_projects;3
num_votes;2
budget;100
vote_type;approval
currency;EUR
PROJECTS
project_id;cost;name
a;50;[2J[31mred
b;50;left ‮ turned ⁦ isolated
c;10;zero ​ width and  too
VOTES
voter_id;vote
1;a,b
2;a,c
