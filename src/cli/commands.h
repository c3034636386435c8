/*
 * commands.h - COMMAND(name, function, usage, help): every command there is.
 *
 * Dispatch, `entente help`, the completion of shells and the test of the
 * manual pages all read this table. Usage is what follows the name.
 */

/* Founding and keys. */
COMMAND("found", cmd_found,
        "CHARTER.yaml --members M.csv --vkeys FILE... [--exercise] "
        "[--no-passphrase]",
        "open a log with a charter, its states and their keys")
COMMAND("key", cmd_key,
        "new|list|export|passphrase|grant|retire|compromise ...",
        "make, list and change keys; give and end full powers")

/* Acts. */
COMMAND("sign", cmd_shorthand, "[--definitive] --as STATE/ROLE",
        "sign the charter")
COMMAND("ratify", cmd_shorthand,
        "[--instrument-file FILE] [--confirms R-1,...] --as STATE/ROLE",
        "deposit an instrument of ratification")
COMMAND("accede", cmd_shorthand, "[--instrument-file FILE] --as STATE/ROLE",
        "deposit an instrument of accession")
COMMAND("reserve", cmd_shorthand, "ARTICLE --text TEXT --as STATE/ROLE",
        "formulate a reservation")
COMMAND("object", cmd_shorthand,
        "R-N|PROPOSAL [--qualified] [--text TEXT] --as STATE/ROLE",
        "object to a reservation, or break a silence procedure")
COMMAND("withdraw", cmd_shorthand, "[R-N|PROPOSAL] [--revoke] --as STATE/ROLE",
        "withdraw from the charter, a reservation or a proposal")
COMMAND("propose", cmd_shorthand,
        "--title TITLE --text TEXT --matter MATTER [--open] --as STATE/ROLE",
        "put a text to the council")
COMMAND("amend", cmd_shorthand, "PROPOSAL --text TEXT --as STATE/ROLE",
        "amend a proposal's text")
COMMAND("open", cmd_shorthand, "PROPOSAL [--closes TIME] --as STATE/ROLE",
        "open a proposal for votes")
COMMAND("extend", cmd_shorthand, "PROPOSAL TIME --as STATE/ROLE",
        "move a deadline that has not passed")
COMMAND("close", cmd_shorthand, "PROPOSAL --as STATE/ROLE",
        "close a vote in which every member has voted")
COMMAND("vote", cmd_shorthand,
        "PROPOSAL POSITION [--for STATE] [--text TEXT] --as STATE/ROLE",
        "take a position on an open proposal")
COMMAND("receipt", cmd_shorthand, "PROPOSAL --as STATE/ROLE",
        "acknowledge a proposal under silence procedure")
COMMAND("opt-in", cmd_shorthand, "DECISION --as STATE/ROLE",
        "be bound by a decision that does not bind one yet")
COMMAND("proxy", cmd_shorthand, "STATE [--revoke] --as STATE/ROLE",
        "let another party vote for one, or take that back")
COMMAND("state", cmd_shorthand,
        "TEXT [--on-behalf-of WHOM] [--proposal ID] --as STATE/ROLE",
        "state a position outside a vote")
COMMAND("endorse", cmd_shorthand, "S-N --as STATE/ROLE",
        "endorse a statement made for a representation")
COMMAND("act", cmd_act,
        "KIND [FIELD=VALUE ...] [--body FILE.json] --as STATE/ROLE",
        "any kind of act, field by field")
COMMAND("cosign", cmd_cosign, "ACTFILE --as STATE/ROLE | --key FILE",
        "add an officer's signature to an act file")
COMMAND("submit", cmd_submit, "FILE... | --bundle FILE",
        "submit signed acts to the log")
COMMAND("advance", cmd_advance, "", "enter what has fallen due into the log")

/* Reading. */
COMMAND("status", cmd_status, "", "where the coalition stands, on one screen")
COMMAND("agenda", cmd_agenda, "",
        "open and coming proposals, their live outcome, deadlines")
COMMAND("decisions", cmd_decisions, "[--all]",
        "what has been decided and whom it binds")
COMMAND("members", cmd_members, "[STATE]", "the states and where each stands")
COMMAND("relations", cmd_relations, "[STATE [STATE]]",
        "who is bound toward whom, article by article")
COMMAND("show", cmd_show, "ID",
        "a proposal, decision, reservation, statement, state, key, entry")
COMMAND("explain", cmd_explain, "PROPOSAL",
        "the tally clause by clause, and what would change it")
COMMAND("log", cmd_log, "[N..M] | vkey | checkpoint | cosign | add-cosignature",
        "the entries, the log's key, its checkpoint")
COMMAND("verify", cmd_verify, "[--threads N] [--vkey KEY]",
        "check every byte, signature, judgement and outcome")
COMMAND("prove", cmd_prove, "ID [--out FILE]",
        "write a proof that can be checked offline")
COMMAND("check", cmd_check, "FILE --vkey KEY [--policy FILE]",
        "check a proof; needs nothing else")
COMMAND("rebuild", cmd_rebuild, "", "make state.db anew from the log")

/* Without a log, or with an invented one. */
COMMAND("rule", cmd_rule,
        "try|check|list [FILE] [--rule NAME] [--members M.csv] "
        "[--votes V.csv] [--closed]",
        "check a decision rule, or try it on votes")
COMMAND("power", cmd_power,
        "design|compare ... | RULE | FILE [--rule NAME] --members M.csv "
        "[--union NAME=A,B,...] "
        "[--list N] [--abstain] [--sample N --seed S] [--csv] [--svg FILE]",
        "how much power a decision rule gives each member")
COMMAND("converge", cmd_converge,
        "[VOTES.csv] [--members M.csv] [--csv] [--svg FILE] [--map FILE] "
        "[--period A,B] [--before WHEN] [--after WHEN] [--list N]",
        "how much members agree, from votes in a file or the log")
COMMAND("exercise", cmd_exercise, "FILE [--quiet]",
        "live through a script of invented acts")
COMMAND("help", cmd_help, "[COMMAND]", "this list, or one command's options")
