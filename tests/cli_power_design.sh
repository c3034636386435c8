#!/bin/sh
# cli_power_design.sh - variants of a rule, two rules and two memberships side
# by side: tables, JSON, CSV, pictures, and what is refused.
. "$(dirname "$0")/cli/lib.sh"

# The council of 1958, and a tree over two weights.
cat >"$work/six.csv" <<'END'
code,votes,people,benelux
DE,4,54292,0
FR,4,44789,0
IT,4,49041,0
BE,2,9053,1
NL,2,11187,1
LU,1,310,1
END
cat >"$work/rules.yaml" <<'END'
rules:
  votes: {title: The council of 1958, sum: votes, ge: 12}
  tree: {all: [{ge: 1/2}, {sum: people, ge: 60%}]}
  falls: {le: 2}
  all: {ge: 100%}
END
cat >"$work/new.csv" <<'END'
code,votes,people,benelux
DK,2,4515,0
IE,2,2886,0
END
six="--members $work/six.csv"

# The council's quotas. 12 was what was written; 17 is unanimity.
run 0 power design "$work/rules.yaml" --rule votes $six --sweep 0=9..18/1 \
    --minority BE,NL,LU --ideal equal --ideal votes --svg "$work/votes.svg"
golden design
cp "$work/votes.svg" "$work/out"
golden design.svg
run 0 power design "$work/rules.yaml" --rule votes $six --sweep 0=12..13/1 \
    --minority-group benelux --json
golden design_json
run 0 power design "$work/rules.yaml" --rule tree $six \
    --sweep 'all[1]=55%..65%/5%' --weight 'people=people,heads,sqrt(people)' \
    --ideal 'sqrt(people)' --csv --svg "$work/tree.svg"
golden design_csv
cp "$work/tree.svg" "$work/out"
golden design_tree.svg

# More than a screen: what others surpass is left out, unless it is asked for.
run 0 power design "$work/rules.yaml" --rule tree $six \
    --sweep 'all[1]=0%..100%/2%'
says "variants that others surpass or equal are left out" "as written"
run 0 power design "$work/rules.yaml" --rule tree $six \
    --sweep 'all[1]=0%..100%/2%' --all
says "same figures as"
[ "$(grep -c '%' "$work/out")" -gt 51 ] && ok || bad "not all variants"

# Two rules, or two memberships.
run 0 power compare "$work/rules.yaml" --rule votes --with all $six \
    --svg "$work/change.svg"
golden compare
cp "$work/change.svg" "$work/out"
golden compare.svg
run 0 power compare "$work/rules.yaml" --rule tree $six --without DE,FR \
    --and "$work/new.csv"
golden compare_members
run 0 power compare "$work/rules.yaml" --rule tree $six --without DE,FR --json
golden compare_json
run 0 power compare "$work/rules.yaml" --rule tree $six --without LU --csv
golden compare_csv
run 0 power compare "$work/rules.yaml" --rule votes --with votes $six --json
says '"act_change":"0/1"' '"vetoers_gained":[]' '"dummies_lost":[]'
grep -qE '_change":"[^0]' "$work/out" && bad "something changes" || ok
run 0 power compare "$work/rules.yaml" "$here/../data/rules/eu_unanimity.yaml" \
    --rule votes $six
says "After: eu_unanimity, 6 members" "No longer without power: LU"

# A charter's own words for columns; groups that proposals fill are empty.
willing=$here/../examples/willing
run 0 power compare "$willing/charter.yaml" --rule act_together \
    --with two_thirds_of_others --members "$willing/members.csv" --json
says '"members":34' '"vetoers_gained":[]'
run 0 power design "$willing/charter.yaml" --rule act_together \
    --members "$willing/members.csv" --sweep 'all[0]=60%..70%/5%' \
    --weight 'contribution=contribution,population' --csv
says "contribution,as_written" "65%,population,0,measured"
run 2 power design "$willing/charter.yaml" --rule act_together $six \
    --sweep 'all[0]=60%..70%/5%'
says "all[1]: no weight 'contribution' among the members' columns"

# Help, and what is refused.
run 0 power design --help
says "usage: entente power design FILE" "--minority-group G"
run 0 power compare --help
says "usage: entente power compare FILE"
run 2 power design
run 2 power design "$work/rules.yaml" --rule votes --sweep 0=9..18/1
says "--members M.csv was expected"
run 2 power design "$work/rules.yaml" --rule votes $six
says "what varies?"
run 2 power design "$work/rules.yaml" --rule votes $six --sweep 0=50%..60%/5%
says "--sweep: '50%..60%/5%': it compares with a number"
run 2 power design "$work/rules.yaml" --rule tree $six --sweep 'all[2]=1/2'
says "no comparison 'all[2]' in this rule: it has all[0], all[1]"
run 2 power design "$work/rules.yaml" --rule tree $six --weight people=money
says "no weight 'money'"
run 2 power design "$work/rules.yaml" --rule tree $six --weight votes=people
says "weights of which it does: heads, people"
run 2 power design "$work/rules.yaml" --rule votes $six --sweep 0=9..18/1 \
    --ideal money
says "no weight 'money'"
run 2 power design "$work/rules.yaml" --rule votes $six --sweep 0=9..18/1 \
    --minority DE,XX
says "--minority: there is no member 'XX'"
run 2 power design "$work/rules.yaml" --rule votes $six --sweep 0=9..18/1 \
    --minority DE --minority-group benelux
run 2 power design "$work/rules.yaml" --rule votes $six --sweep 0=9..18/1 \
    --minority-group votes
says "0 or 1"
run 2 --json power design "$work/rules.yaml" --rule tree $six \
    --sweep 'all[0]=0%..100%/1%' --sweep 'all[1]=0%..100%/1%'
says '"code":"limit"' "more than 2000 variants"
run 2 power design "$work/rules.yaml" --rule falls $six --sweep 0=2..3/1
says "variant 1 (0 2): this rule is not monotone"
run 2 power design "$work/rules.yaml" --rule votes $six --sweep 0=9..10/1 \
    --csv --json
run 2 power design "$work/rules.yaml" --rule votes $six --sweep 0=9..10/1 \
    --svg "$work/six.csv/no.svg"
run 2 power compare "$work/rules.yaml" --rule votes $six
says "with what?"
run 2 power compare "$work/rules.yaml" --rule votes --with all
says "--members M.csv was expected"
run 2 power compare "$work/rules.yaml" --rule votes $six --with none
says "none"
run 2 power compare "$work/rules.yaml" --rule votes $six --without XX
says "--without: there is no member 'XX'"
run 2 power compare "$work/rules.yaml" --rule votes $six \
    --without DE,FR,IT,BE,NL,LU
says "nobody is left"
run 2 power compare "$work/rules.yaml" --rule votes $six --without DE,FR
says "votes, 4 members: the rule is empty"
run 2 power compare "$work/rules.yaml" --rule votes $six --and "$work/six.csv"
says "six.csv: DE is there already"
done_testing
