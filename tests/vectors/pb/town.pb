META
key;value
description;Budget participatif de Bourg
country;France
unit;Bourg
instance;2027
num_projects;5
num_votes;10
budget;10000
vote_type;approval
rule;greedy
currency;EUR
PROJECTS
project_id;cost;votes;name;selected
jardin;4000;6;Jardin partagé des écoles;1
velos;3000;5;Abris à vélos;1
fontaine;3000;5;Fontaine d'eau potable sur la place du marché, près de la grande halle;1
arbres;2500;3;Des arbres 🌳 pour la rue;0
stade;9000;0;Stade;0
VOTES
voter_id;vote
1;jardin
2;jardin,velos
3;jardin,velos
4;jardin,velos
5;jardin,fontaine
6;jardin,fontaine
7;velos,fontaine
8;velos,fontaine,arbres
9;fontaine,arbres
10;arbres
