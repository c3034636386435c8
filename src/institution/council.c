/*
 * council.c - the life of a proposal: put, amended, opened, extended, closed.
 *
 * Follows docs/council.md, procedures 1 to 6. A proposal is a draft until it
 * opens; while it is open its text cannot change; a silence procedure that is
 * broken may be amended and circulated again.
 */
#include "institution/handlers.h"

#include "base/mem.h"
#include "record/hash.h"

#include <string.h>

enum {
    UNDECIDED_MAX = 100, /* proposals of one state before the council */
    TABLED_MAX = 16,     /* amendments by one state to one proposal */
};

bool proposal_is(const json_t *proposal, const char *status)
{
    return strcmp(json_text(proposal, "status"), status) == 0;
}

const struct rule *proposal_rule(const struct scene *scene,
                                 const json_t *proposal)
{
    const struct charter_matter *matter =
        charter_matter(scene->charter, json_text(proposal, "matter"));

    return matter == NULL || matter->rule == NULL ? NULL : matter->rule->rule;
}

const char *presidency_holder(struct state *state)
{
    const char *holder =
        json_text(json_map(coalition_get(state), "presidency"), "holder");

    return holder == NULL ? "" : holder;
}

const json_t *proposal_named(const struct scene *scene)
{
    return state_get(scene->state, "proposal",
                     json_text(scene->body, "proposal"));
}

json_t *proposal_named_edit(const struct scene *scene)
{
    return state_edit(scene->state, "proposal",
                      json_text(scene->body, "proposal"));
}

enum err proposal_need(const struct scene *scene, struct why *why)
{
    if (proposal_named(scene) == NULL)
        return fail(why, ERR_ABSENT, "%s: there is no proposal %s", scene->kind,
                    json_text(scene->body, "proposal"));
    return ERR_NONE;
}

static enum err need_status(const struct scene *scene, const char *status,
                            struct why *why)
{
    TRY(proposal_need(scene, why));
    if (!proposal_is(proposal_named(scene), status))
        return fail(why, ERR_STATE, "%s: proposal %s is %s, not %s",
                    scene->kind, json_text(scene->body, "proposal"),
                    json_text(proposal_named(scene), "status"), status);
    return ERR_NONE;
}

/* Its proposer, or whoever holds the presidency. */
static enum err need_chair(const struct scene *scene, struct why *why)
{
    const char *by = json_text(proposal_named(scene), "by");

    if (strcmp(by, scene->by) == 0 ||
        strcmp(presidency_holder(scene->state), scene->by) == 0)
        return ERR_NONE;
    return fail(why, ERR_AUTHORITY,
                "%s: only %s, who put proposal %s, or the "
                "presidency may do this",
                scene->kind, by, json_text(scene->body, "proposal"));
}

static enum err need_proposer(const struct scene *scene, struct why *why)
{
    const char *by = json_text(proposal_named(scene), "by");

    if (strcmp(by, scene->by) == 0)
        return ERR_NONE;
    return fail(why, ERR_AUTHORITY,
                "%s: only %s, who put proposal %s, may do "
                "this",
                scene->kind, by, json_text(scene->body, "proposal"));
}

static void set_text(json_t *proposal, const char *text)
{
    struct hash hash = hash_bytes(text, strlen(text));
    char hex[2 * HASH_BYTES + 1];

    text_hex(hash.b, HASH_BYTES, hex);
    json_set_text(proposal, "text", text);
    json_set_text(proposal, "sha256", hex);
}

/*
 * 1. Putting a proposal.
 */

static enum err judge_groups(const struct scene *scene, struct why *why)
{
    const json_t *groups = json_map(scene->body, "groups");
    const char *name;
    json_t *codes;

    json_object_foreach ((json_t *)groups, name, codes) {
        if (!charter_has_group(scene->charter, name))
            return fail(why, ERR_ABSENT,
                        "proposal: field 'groups': the "
                        "charter knows no group '%s'",
                        name);
        if (!json_is_array(codes))
            return fail(why, ERR_INPUT,
                        "proposal: field 'groups.%s' must be a "
                        "list of states",
                        name);
        if (json_array_size(codes) > ROSTER_MEMBERS_MAX)
            return fail(why, ERR_LIMIT,
                        "proposal: field 'groups.%s' lists more than %d states",
                        name, ROSTER_MEMBERS_MAX);
        for (size_t i = 0; i < json_array_size(codes); i++) {
            const char *code = json_string_value(json_array_get(codes, i));

            if (code == NULL || member_get(scene->state, code) == NULL)
                return fail(why, ERR_ABSENT,
                            "proposal: field 'groups.%s[%zu]' "
                            "must be a state on record",
                            name, i);
        }
    }
    return ERR_NONE;
}

/* Nobody but the state concerned is left out of a decision on it: whoever
 * could name others as its subject could decide without them. */
static enum err judge_subject(const struct scene *scene, struct why *why)
{
    const json_t *effect = json_map(scene->body, "effect");
    const json_t *subject = json_list(scene->body, "subject");
    json_t *is;
    json_t *said;
    bool same;

    if (effect == NULL || subject == NULL)
        return ERR_NONE;
    is = effect_subject(scene, effect);
    said = list_sorted(subject);
    same = is != NULL && json_equal(is, said);
    json_decref(is);
    json_decref(said);
    if (same)
        return ERR_NONE;
    return fail(why, ERR_INPUT,
                "proposal: field 'subject': the state that the effect "
                "concerns is the subject, and it alone; leave it out");
}

/* When it would close if it opened at `from`. */
static struct when default_closing(const struct charter_matter *matter,
                                   struct when from)
{
    const struct rule_procedure *procedure = &matter->rule->rule->procedure;

    return when_after(from, procedure->is_silence ? procedure->silence
                                                  : matter->period);
}

/* A silence procedure may run longer than its rule says, never shorter. */
static bool is_long_enough(const struct charter_matter *matter,
                           struct when from, struct when closes)
{
    const struct rule_procedure *procedure = &matter->rule->rule->procedure;

    return closes.s > from.s &&
           !(procedure->is_silence &&
             closes.s < when_after(from, procedure->silence).s);
}

static enum err judge_deadline(const struct scene *scene,
                               const struct charter_matter *matter,
                               struct when from, struct why *why)
{
    const struct rule_procedure *procedure = &matter->rule->rule->procedure;
    struct when closes;

    if (!when_at(scene->body, "closes", &closes))
        return ERR_NONE;
    if (closes.s <= from.s)
        return fail(why, ERR_INPUT,
                    "%s: field 'closes' must be later than the "
                    "opening",
                    scene->kind);
    if (!is_long_enough(matter, from, closes)) {
        struct buf text = {0};

        period_format(procedure->silence, &text);
        fail(why, ERR_STATE,
             "%s: field 'closes': silence must run for at "
             "least %s",
             scene->kind, buf_text(&text));
        buf_clear(&text);
        return ERR_STATE;
    }
    return ERR_NONE;
}

enum err judge_proposal(const struct scene *scene, struct why *why)
{
    const char *name = json_text(scene->body, "matter");
    const struct charter_matter *matter = charter_matter(scene->charter, name);
    struct when opens = scene->now;

    if (matter == NULL)
        return fail(why, ERR_ABSENT,
                    "proposal: the charter has no matter "
                    "'%s'",
                    name);
    if (matter->reserved)
        return fail(why, ERR_STATE,
                    "proposal: matter '%s' (%s) is reserved to "
                    "each state%s%s; the council cannot decide it",
                    name, matter->title,
                    matter->article == NULL ? "" : ", article ",
                    matter->article == NULL ? "" : matter->article);
    if (docket_of(scene->state, scene->by) >= UNDECIDED_MAX)
        return fail(why, ERR_LIMIT,
                    "proposal: %s has %d that are not decided; withdraw one "
                    "first",
                    scene->by, UNDECIDED_MAX);
    TRY(judge_groups(scene, why));
    if (when_at(scene->body, "opens", &opens) && opens.s < scene->now.s)
        opens = scene->now;
    TRY(judge_deadline(scene, matter, opens, why));
    if (json_map(scene->body, "effect") != NULL)
        TRY(effect_judge(scene, json_map(scene->body, "effect"), name, false,
                         why));
    return judge_subject(scene, why);
}

/* PROPOSAL_COPIED: fields of the act that the document keeps as they are. */
static const char *const copied[] = {
    "title",  "matter",   "subject", "groups",
    "effect", "duration", "annex",   "closes",
};

void fold_proposal(const struct scene *scene)
{
    json_t *subject = effect_subject(scene, json_map(scene->body, "effect"));
    char id[NUMBER_TEXT_SIZE];
    json_t *doc;
    struct when opens;

    number_take(scene->state, "proposal", scene->now, id);
    doc = json_pack("{s:s,s:s,s:s,s:o,s:I,s:i,s:{},s:{},s:[],s:{}}", "id", id,
                    "by", scene->by, "status", PROPOSAL_DRAFT, "proposed_at",
                    json_when(scene->now), "entry", (json_int_t)scene->index,
                    "version", 1, "ballots", "receipts", "amendments",
                    "explanations");
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++) {
        json_t *value = json_object_get(scene->body, copied[i]);

        if (value != NULL)
            json_set_new(doc, copied[i], json_deep_copy(value));
    }
    if (subject != NULL)
        json_set_new(doc, "subject", subject);
    else if (json_list(doc, "subject") != NULL)
        json_set_new(doc, "subject", list_sorted(json_list(doc, "subject")));
    set_text(doc, json_text(scene->body, "text"));
    state_put(scene->state, "proposal", id, doc);
    docket_add(scene->state, id, scene->by);
    if (when_at(scene->body, "opens", &opens))
        agenda_add(scene->state, opens.s < scene->now.s ? scene->now : opens,
                   "opening", id);
}

/*
 * 2. Amending its text: the proposer's own amendment takes effect at once,
 * another's is tabled and waits for the proposer. A tabled amendment breaks a
 * running silence procedure (OSCE Rules of Procedure, Annex 1(A)).
 */

bool proposal_is_silence(const struct scene *scene, const json_t *proposal)
{
    const struct rule *rule = proposal_rule(scene, proposal);

    return rule != NULL && rule->procedure.is_silence;
}

static bool may_be_amended(const json_t *proposal)
{
    return proposal_is(proposal, PROPOSAL_DRAFT) ||
           proposal_is(proposal, PROPOSAL_BROKEN);
}

/* They stand in the proposal's document with their texts. */
static enum err judge_tabling(const struct scene *scene, const json_t *proposal,
                              struct why *why)
{
    const json_t *tabled = json_list(proposal, "amendments");
    size_t own = 0;

    for (size_t i = 0; i < json_array_size(tabled); i++)
        own +=
            strcmp(json_text(json_array_get(tabled, i), "by"), scene->by) == 0;
    if (own >= TABLED_MAX)
        return fail(why, ERR_LIMIT,
                    "amendment: %s has tabled %zu to proposal %s, at most %d",
                    scene->by, own, json_text(proposal, "id"), TABLED_MAX);
    return ERR_NONE;
}

enum err judge_amendment(const struct scene *scene, struct why *why)
{
    const json_t *proposal;
    bool own;

    TRY(proposal_need(scene, why));
    proposal = proposal_named(scene);
    own = strcmp(json_text(proposal, "by"), scene->by) == 0;
    if (!own)
        TRY(judge_tabling(scene, proposal, why));
    if (may_be_amended(proposal))
        return ERR_NONE;
    if (!own && proposal_is(proposal, PROPOSAL_OPEN) &&
        proposal_is_silence(scene, proposal))
        return proposal_judge_breaker(scene, proposal, scene->by, why);
    return fail(why, ERR_STATE,
                "amendment: proposal %s is %s; its text cannot "
                "change",
                json_text(proposal, "id"), json_text(proposal, "status"));
}

static void new_version(json_t *proposal, const char *title, const char *text)
{
    set_text(proposal, text);
    if (title != NULL)
        json_set_text(proposal, "title", title);
    json_set_int(proposal, "version", json_int(proposal, "version", 1) + 1);
}

void fold_amendment(const struct scene *scene)
{
    json_t *proposal = proposal_named_edit(scene);
    const char *title = json_text(scene->body, "title");
    const char *text = json_text(scene->body, "text");
    json_t *tabled = json_object_get(proposal, "amendments");
    json_t *item;

    if (strcmp(json_text(proposal, "by"), scene->by) == 0) {
        new_version(proposal, title, text);
        return;
    }
    item = json_pack("{s:I,s:s,s:o,s:s,s:s,s:I}", "number",
                     (json_int_t)json_array_size(tabled) + 1, "by", scene->by,
                     "at", json_when(scene->now), "text", text, "status",
                     "tabled", "entry", (json_int_t)scene->index);
    if (title != NULL)
        json_set_text(item, "title", title);
    json_array_append_new(tabled, item);
    if (proposal_is(proposal, PROPOSAL_OPEN))
        proposal_break(scene, json_text(proposal, "id"), scene->by,
                       "an amendment was tabled");
}

static json_t *tabled_amendment(const struct scene *scene,
                                const json_t *proposal)
{
    size_t number = (size_t)json_int(scene->body, "amendment", 0);

    return number == 0
               ? NULL
               : json_array_get(json_list(proposal, "amendments"), number - 1);
}

enum err judge_amendment_adoption(const struct scene *scene, struct why *why)
{
    const json_t *item;

    TRY(proposal_need(scene, why));
    TRY(need_proposer(scene, why));
    item = tabled_amendment(scene, proposal_named(scene));
    if (item == NULL)
        return fail(why, ERR_ABSENT,
                    "amendment-adoption: proposal %s has no "
                    "amendment %lld",
                    json_text(proposal_named(scene), "id"),
                    (long long)json_int(scene->body, "amendment", 0));
    if (strcmp(json_text(item, "status"), "tabled") != 0)
        return fail(why, ERR_STATE, "amendment-adoption: it is %s already",
                    json_text(item, "status"));
    if (!may_be_amended(proposal_named(scene)))
        return fail(why, ERR_STATE,
                    "amendment-adoption: proposal %s is %s; "
                    "its text cannot change",
                    json_text(proposal_named(scene), "id"),
                    json_text(proposal_named(scene), "status"));
    return ERR_NONE;
}

void fold_amendment_adoption(const struct scene *scene)
{
    json_t *proposal = proposal_named_edit(scene);
    json_t *item = tabled_amendment(scene, proposal);

    json_set_text(item, "status", "adopted");
    new_version(proposal, json_text(item, "title"), json_text(item, "text"));
}

/*
 * 3. Opening, and circulating again after a break: then the text must have
 * changed.
 */

enum err judge_opening(const struct scene *scene, struct why *why)
{
    const json_t *proposal;

    TRY(proposal_need(scene, why));
    TRY(need_chair(scene, why));
    proposal = proposal_named(scene);
    if (!may_be_amended(proposal))
        return fail(why, ERR_STATE, "opening: proposal %s is %s",
                    json_text(proposal, "id"), json_text(proposal, "status"));
    if (proposal_is(proposal, PROPOSAL_BROKEN) &&
        json_int(proposal, "version", 0) <=
            json_int(proposal, "broken_version", 0))
        return fail(why, ERR_STATE,
                    "opening: silence on version %lld of "
                    "proposal %s was broken; amend it before it is circulated "
                    "again",
                    (long long)json_int(proposal, "version", 0),
                    json_text(proposal, "id"));
    if (proposal_rule(scene, proposal) == NULL)
        return fail(why, ERR_STATE,
                    "opening: the charter has no rule for "
                    "matter '%s' any more",
                    json_text(proposal, "matter"));
    return judge_deadline(
        scene, charter_matter(scene->charter, json_text(proposal, "matter")),
        scene->now, why);
}

void fold_opening(const struct scene *scene)
{
    const char *id = json_text(scene->body, "proposal");
    const char *closes = json_text(scene->body, "closes");
    json_t *proposal = proposal_named_edit(scene);

    agenda_drop(scene->state, "opening", id);
    if (closes != NULL)
        json_set_text(proposal, "closes", closes);
    proposal_open(scene, id);
}

void proposal_open(const struct scene *scene, const char *id)
{
    json_t *proposal = state_edit(scene->state, "proposal", id);
    const struct charter_matter *matter =
        charter_matter(scene->charter, json_text(proposal, "matter"));
    struct when closes;

    /* It may open later than it thought, or by an amended rule. */
    if (!when_at(proposal, "closes", &closes) ||
        !is_long_enough(matter, scene->now, closes))
        closes = default_closing(matter, scene->now);
    json_object_del(proposal, "closes"); /* it has been met */
    json_set_text(proposal, "status", PROPOSAL_OPEN);
    json_set_text(proposal, "rule", matter->rule->name);
    json_set_flag(proposal, "silence",
                  matter->rule->rule->procedure.is_silence);
    json_set_new(proposal, "roster", members_bound(scene->state));
    json_set_new(proposal, "ballots", json_object());
    json_set_new(proposal, "receipts", json_object());
    set_when(proposal, "opened_at", scene->now);
    set_when(proposal, "closes_at", closes);
    set_when(proposal, "first_closes_at", closes);
    agenda_add(scene->state, closes, "closing", id);
}

/*
 * 4. Extending: only before the deadline, only to a later one.
 */

/* The presidency puts a vote off by as long as such a vote takes, and no
 * more: it could otherwise keep a decision from being taken for ever. */
static enum err judge_postponement(const struct scene *scene,
                                   const json_t *proposal, struct when closes,
                                   struct why *why)
{
    const struct charter_matter *matter =
        charter_matter(scene->charter, json_text(proposal, "matter"));
    struct when latest = {0};
    char text[WHEN_TEXT_SIZE];

    if (strcmp(json_text(proposal, "by"), scene->by) == 0)
        return ERR_NONE;
    when_at(proposal, "first_closes_at", &latest);
    if (matter != NULL && matter->rule != NULL)
        latest = default_closing(matter, latest);
    if (closes.s <= latest.s)
        return ERR_NONE;
    when_format(latest, text);
    return fail(why, ERR_STATE,
                "extension: field 'closes': the presidency may put it off "
                "until %s; %s, who put it, may go further",
                text, json_text(proposal, "by"));
}

enum err judge_extension(const struct scene *scene, struct why *why)
{
    struct when old = {0};
    struct when closes = {0};

    TRY(need_status(scene, PROPOSAL_OPEN, why));
    TRY(need_chair(scene, why));
    when_at(proposal_named(scene), "closes_at", &old);
    when_at(scene->body, "closes", &closes);
    if (closes.s <= old.s)
        return fail(why, ERR_INPUT,
                    "extension: field 'closes' must be later "
                    "than %s",
                    json_text(proposal_named(scene), "closes_at"));
    return judge_postponement(scene, proposal_named(scene), closes, why);
}

static void move_closing(const struct scene *scene, json_t *proposal,
                         struct when closes)
{
    const char *id = json_text(proposal, "id");

    agenda_drop(scene->state, "closing", id);
    agenda_add(scene->state, closes, "closing", id);
    set_when(proposal, "closes_at", closes);
}

void fold_extension(const struct scene *scene)
{
    struct when closes = {0};

    when_at(scene->body, "closes", &closes);
    move_closing(scene, proposal_named_edit(scene), closes);
}

/*
 * 5. Closing early: when every member entitled has voted, and not under
 * silence, which must run its time.
 */

enum err judge_closing(const struct scene *scene, struct why *why)
{
    const json_t *proposal;
    const json_t *roster;

    TRY(need_status(scene, PROPOSAL_OPEN, why));
    TRY(need_chair(scene, why));
    proposal = proposal_named(scene);
    roster = json_list(proposal, "roster");
    if (proposal_is_silence(scene, proposal))
        return fail(why, ERR_STATE,
                    "closing: a silence procedure runs until "
                    "its deadline");
    for (size_t i = 0; i < json_array_size(roster); i++) {
        const char *code = json_string_value(json_array_get(roster, i));

        if (member_is(scene->state, code, STATUS_PARTY) &&
            json_object_get(json_map(proposal, "ballots"), code) == NULL)
            return fail(why, ERR_STATE,
                        "closing: %s has not voted; the vote "
                        "stays open until %s",
                        code, json_text(proposal, "closes_at"));
    }
    return ERR_NONE;
}

void fold_closing(const struct scene *scene)
{
    move_closing(scene, proposal_named_edit(scene), scene->now);
}

/*
 * 6. Withdrawing one's own proposal before it is decided.
 */

enum err judge_proposal_withdrawal(const struct scene *scene, struct why *why)
{
    TRY(proposal_need(scene, why));
    TRY(need_proposer(scene, why));
    if (!may_be_amended(proposal_named(scene)) &&
        !proposal_is(proposal_named(scene), PROPOSAL_OPEN))
        return fail(why, ERR_STATE, "proposal-withdrawal: proposal %s is %s",
                    json_text(proposal_named(scene), "id"),
                    json_text(proposal_named(scene), "status"));
    return ERR_NONE;
}

void fold_proposal_withdrawal(const struct scene *scene)
{
    json_t *proposal = proposal_named_edit(scene);
    const char *id = json_text(proposal, "id");

    agenda_drop(scene->state, "opening", id);
    agenda_drop(scene->state, "closing", id);
    json_set_text(proposal, "status", PROPOSAL_WITHDRAWN);
    set_when(proposal, "decided_at", scene->now);
    docket_drop(scene->state, id);
}
