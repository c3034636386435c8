#include "institution/kinds.h"

#include "base/text.h"
#include "base/when.h"
#include "institution/handlers.h"
#include "record/key.h"
#include "rule/position.h"
#include "rule/roster.h"

#include <string.h>

#define FIELDS(list) list, sizeof list / sizeof *list
#define NEED true
#define MAY false

/* One array per kind: name, type, required, help. */
static const struct act_field founding_fields[] = {
    {"charter", FIELD_TEXT, NEED, "the charter's text (YAML), word for word"},
    {"exercise", FIELD_FLAG, NEED, "true: every screen says EXERCISE"},
    {"members", FIELD_LIST, NEED, "the states that negotiated the charter"},
    {"keys", FIELD_LIST, NEED, "verifier keys of their officers"},
    {"secretariat", FIELD_VKEY, NEED, "verifier key of the registrar"},
};
static const struct act_field signature_fields[] = {
    {"definitive", FIELD_FLAG, MAY, "true: consents to be bound at once"},
};
static const struct act_field deposit_fields[] = {
    {"instrument", FIELD_HASH, MAY, "SHA-256 of the deposited document"},
    {"confirms", FIELD_LIST, MAY, "own earlier reservations now confirmed"},
    {"reservations", FIELD_LIST, MAY, "new ones: {article, text}"},
};
static const struct act_field provisional_fields[] = {
    {"until", FIELD_TIME, MAY, "no longer than this"},
};
static const struct act_field no_fields[] = {
    {"reason", FIELD_TEXT, MAY, "why, for the record"},
};
static const struct act_field reservation_fields[] = {
    {"article", FIELD_NAME, NEED, "the article whose effect it changes"},
    {"text", FIELD_TEXT, NEED, "the reservation, word for word"},
};
static const struct act_field reservation_ref_fields[] = {
    {"reservation", FIELD_NAME, NEED, "its number, such as R-3"},
};
static const struct act_field objection_fields[] = {
    {"reservation", FIELD_NAME, NEED, "its number, such as R-3"},
    {"qualified", FIELD_FLAG, MAY, "true: no treaty relation between the two"},
    {"text", FIELD_TEXT, MAY, "why"},
};
static const struct act_field key_grant_fields[] = {
    {"vkey", FIELD_VKEY, NEED, "the officer's verifier key"},
    {"powers", FIELD_LIST, MAY, "kinds of act it may sign; absent: all"},
    {"from", FIELD_TIME, MAY, "valid from; absent: at once"},
    {"until", FIELD_TIME, MAY, "valid until; absent: without end"},
};
static const struct act_field key_retire_fields[] = {
    {"key", FIELD_TEXT, NEED, "such as FR/delegate+1a2b3c4d"},
};
static const struct act_field key_compromise_fields[] = {
    {"key", FIELD_TEXT, NEED, "such as FR/delegate+1a2b3c4d"},
    {"since", FIELD_TIME, NEED, "its acts from then on are suspect"},
    {"text", FIELD_TEXT, MAY, "what happened"},
};
static const struct act_field officers_fields[] = {
    {"ordinary", FIELD_NUMBER, NEED, "officers who must sign an ordinary act"},
    {"solemn", FIELD_NUMBER, NEED, "officers who must sign a solemn act"},
};
static const struct act_field proposal_fields[] = {
    {"title", FIELD_LINE, NEED, "what it is called"},
    {"text", FIELD_TEXT, NEED, "what is to be decided, word for word"},
    {"matter", FIELD_NAME, NEED, "class of the matter, from the charter"},
    {"subject", FIELD_CODES, MAY, "states it is about: group `subject`"},
    {"groups", FIELD_MAP, MAY, "further groups of this matter: name to states"},
    {"effect", FIELD_MAP, MAY, "what adoption does to the record"},
    {"duration", FIELD_PERIOD, MAY, "how long the decision stands"},
    {"opens", FIELD_TIME, MAY, "opens by itself then"},
    {"closes", FIELD_TIME, MAY, "closes then; absent: the matter's period"},
    {"annex", FIELD_HASH, MAY, "SHA-256 of a longer document"},
};
static const struct act_field amendment_fields[] = {
    {"proposal", FIELD_NAME, NEED, "its number, such as 2026-014"},
    {"text", FIELD_TEXT, NEED, "the text that would replace it"},
    {"title", FIELD_LINE, MAY, "a new title"},
};
static const struct act_field amendment_accept_fields[] = {
    {"proposal", FIELD_NAME, NEED, "its number"},
    {"amendment", FIELD_NUMBER, NEED, "the tabled amendment's number"},
};
static const struct act_field opening_fields[] = {
    {"proposal", FIELD_NAME, NEED, "its number"},
    {"closes", FIELD_TIME, MAY,
     "closes then; absent: as the proposal says, else the matter's period"},
};
static const struct act_field extension_fields[] = {
    {"proposal", FIELD_NAME, NEED, "its number"},
    {"closes", FIELD_TIME, NEED, "later than the deadline it replaces"},
};
static const struct act_field proposal_ref_fields[] = {
    {"proposal", FIELD_NAME, NEED, "its number"},
    {"reason", FIELD_TEXT, MAY, "why, for the record"},
};
static const struct act_field ballot_fields[] = {
    {"proposal", FIELD_NAME, NEED, "its number"},
    {"position", FIELD_POSITION, NEED, "yes, no, abstain, ... as its rule has"},
    {"for", FIELD_CODE, MAY, "the state whose proxy is used"},
    {"text", FIELD_TEXT, MAY, "explanation of vote, or the written objection"},
    {"version", FIELD_NUMBER, MAY, "the version of the text that was read"},
};
static const struct act_field explanation_fields[] = {
    {"proposal", FIELD_NAME, NEED, "its number"},
    {"text", FIELD_TEXT, NEED, "explanation of vote"},
};
static const struct act_field receipt_fields[] = {
    {"proposal", FIELD_NAME, NEED, "its number"},
};
static const struct act_field proxy_fields[] = {
    {"to", FIELD_CODE, NEED, "the state that may vote for the signer"},
    {"proposals", FIELD_LIST, MAY, "only these; absent: all"},
    {"until", FIELD_TIME, MAY, "valid until; absent: until revoked"},
};
static const struct act_field proxy_end_fields[] = {
    {"to", FIELD_CODE, NEED, "the state that held it"},
};
static const struct act_field opt_in_fields[] = {
    {"decision", FIELD_NAME, NEED, "its number, that of the proposal"},
};
static const struct act_field statement_fields[] = {
    {"text", FIELD_TEXT, NEED, "what is stated"},
    {"matter", FIELD_NAME, MAY, "class of the matter"},
    {"proposal", FIELD_NAME, MAY, "the proposal it is about"},
    {"position", FIELD_POSITION, MAY, "the position it states"},
    {"as", FIELD_NAME, MAY, "a representation of the charter, such as trio"},
};
static const struct act_field endorsement_fields[] = {
    {"statement", FIELD_NAME, NEED, "its number, such as S-2"},
};
static const struct act_field acceptance_fields[] = {
    {"amendment", FIELD_NAME, NEED, "the decision that adopted it"},
};

#define KIND(name, signer, solemn, help, fields, handler)                      \
    {                                                                          \
        name, signer, solemn, help, FIELDS(fields), judge_##handler,           \
            fold_##handler                                                     \
    }

static const struct act_kind kinds[] = {
    KIND("founding", SIGNER_SECRETARIAT, true,
         "open the log with the charter, its states and their keys",
         founding_fields, founding),

    KIND("signature", SIGNER_STATE, true, "sign the charter", signature_fields,
         signature),
    KIND("ratification", SIGNER_STATE, true,
         "deposit an instrument of ratification", deposit_fields, deposit),
    KIND("acceptance", SIGNER_STATE, true,
         "deposit an instrument of acceptance", deposit_fields, deposit),
    KIND("approval", SIGNER_STATE, true, "deposit an instrument of approval",
         deposit_fields, deposit),
    KIND("accession", SIGNER_STATE, true, "deposit an instrument of accession",
         deposit_fields, accession),
    KIND("provisional-application", SIGNER_STATE, true,
         "apply the charter before it is in force", provisional_fields,
         provisional),
    KIND("provisional-end", SIGNER_STATE, true,
         "end provisional application by notice", no_fields, provisional_end),
    KIND("withdrawal", SIGNER_STATE, true, "give notice of withdrawal",
         no_fields, withdrawal),
    KIND("withdrawal-revocation", SIGNER_STATE, true,
         "revoke a notice before it takes effect", no_fields,
         withdrawal_revocation),
    KIND("amendment-acceptance", SIGNER_STATE, true,
         "accept an adopted amendment of the charter", acceptance_fields,
         acceptance),

    KIND("reservation", SIGNER_STATE, true,
         "formulate a reservation before consent", reservation_fields,
         reservation),
    KIND("reservation-withdrawal", SIGNER_STATE, true, "withdraw a reservation",
         reservation_ref_fields, reservation_withdrawal),
    KIND("objection", SIGNER_STATE, true, "object to another's reservation",
         objection_fields, objection),
    KIND("objection-withdrawal", SIGNER_STATE, true, "withdraw an objection",
         reservation_ref_fields, objection_withdrawal),
    KIND("reservation-acceptance", SIGNER_STATE, true,
         "accept another's reservation expressly", reservation_ref_fields,
         reservation_acceptance),

    KIND("key-grant", SIGNER_STATE, true,
         "give an officer's key full powers, all or some", key_grant_fields,
         key_grant),
    KIND("key-retire", SIGNER_STATE, true, "retire a key", key_retire_fields,
         key_retire),
    KIND("key-compromise", SIGNER_STATE, false, "declare a key compromised",
         key_compromise_fields, key_compromise),
    KIND("officers", SIGNER_STATE, true, "set how many officers must sign",
         officers_fields, officers),

    KIND("proposal", SIGNER_PARTY, false, "put a text to the council",
         proposal_fields, proposal),
    KIND("amendment", SIGNER_PARTY, false, "amend a proposal's text",
         amendment_fields, amendment),
    KIND("amendment-adoption", SIGNER_PARTY, false,
         "take a tabled amendment into one's own proposal",
         amendment_accept_fields, amendment_adoption),
    KIND("opening", SIGNER_PARTY, false, "open a proposal for votes",
         opening_fields, opening),
    KIND("extension", SIGNER_PARTY, false,
         "move a deadline that has not passed", extension_fields, extension),
    KIND("closing", SIGNER_PARTY, false,
         "close a vote in which every member has voted", proposal_ref_fields,
         closing),
    KIND("proposal-withdrawal", SIGNER_PARTY, false,
         "withdraw one's own proposal", proposal_ref_fields,
         proposal_withdrawal),
    KIND("ballot", SIGNER_PARTY, false, "take a position on an open proposal",
         ballot_fields, ballot),
    KIND("explanation", SIGNER_PARTY, false, "explain one's vote",
         explanation_fields, explanation),
    KIND("receipt", SIGNER_PARTY, false,
         "acknowledge a proposal under silence procedure", receipt_fields,
         receipt),
    KIND("proxy", SIGNER_PARTY, false, "let another party vote for one",
         proxy_fields, proxy),
    KIND("proxy-revocation", SIGNER_PARTY, false, "take a proxy back",
         proxy_end_fields, proxy_revocation),
    KIND("opt-in", SIGNER_PARTY, false,
         "be bound by a decision that does not bind one yet", opt_in_fields,
         opt_in),

    KIND("statement", SIGNER_STATE, false, "state a position outside a vote",
         statement_fields, statement),
    KIND("endorsement", SIGNER_STATE, false,
         "endorse a statement made for a representation", endorsement_fields,
         endorsement),
};

const struct act_kind *act_kinds(size_t *count)
{
    *count = sizeof kinds / sizeof *kinds;
    return kinds;
}

const struct act_kind *act_kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

/* FIELD(type, word): what the reference page and errors call it. */
static const char *const type_words[] = {
    [FIELD_TEXT] = "text",
    [FIELD_LINE] = "line of at most 250 bytes",
    [FIELD_NAME] = "name",
    [FIELD_CODE] = "state",
    [FIELD_CODES] = "list of states",
    [FIELD_TIME] = "time (2026-12-01T00:00:00Z)",
    [FIELD_PERIOD] = "period (72h, 12 months)",
    [FIELD_POSITION] = "position",
    [FIELD_HASH] = "SHA-256 (64 hexadecimal digits)",
    [FIELD_VKEY] = "verifier key (name+id+base64)",
    [FIELD_NUMBER] = "whole number",
    [FIELD_FLAG] = "true or false",
    [FIELD_LIST] = "list",
    [FIELD_MAP] = "map",
};

const char *field_type_name(enum field_type type)
{
    return type_words[type];
}

bool text_is_line(struct slice text)
{
    return text.len > 0 && text.len <= LINE_BYTES_MAX &&
           !text_has_control(text.at, text.len) &&
           memchr(text.at, '\n', text.len) == NULL;
}

static bool is_name_text(const json_t *value)
{
    return json_is_string(value) &&
           text_is_name((struct slice){json_string_value(value),
                                       json_string_length(value)});
}

static bool is_list_of_names(const json_t *value)
{
    size_t count = json_array_size(value);

    if (!json_is_array(value) || count == 0 || count > ROSTER_MEMBERS_MAX)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!is_name_text(json_array_get(value, i)))
            return false;
        for (size_t j = 0; j < i; j++)
            if (json_equal(json_array_get(value, i), json_array_get(value, j)))
                return false;
    }
    return true;
}

static bool is_of_type(const json_t *value, enum field_type type)
{
    struct slice text = {json_string_value(value), json_string_length(value)};
    struct when when;
    struct period period;
    struct vkey key;
    enum position position;
    uint8_t hash[32];

    switch (type) {
    case FIELD_NUMBER:
        return json_is_integer(value) && json_integer_value(value) >= 0;
    case FIELD_FLAG:
        return json_is_boolean(value);
    case FIELD_LIST:
        return json_is_array(value);
    case FIELD_MAP:
        return json_is_object(value);
    case FIELD_CODES:
        return is_list_of_names(value);
    default:
        break;
    }
    if (!json_is_string(value) || text.len == 0)
        return false;
    switch (type) {
    case FIELD_LINE:
        return text_is_line(text);
    case FIELD_NAME:
    case FIELD_CODE:
        return text_is_name(text);
    case FIELD_TIME:
        return when_parse(text, &when, NULL) == ERR_NONE;
    case FIELD_PERIOD:
        return period_parse(text, &period, NULL) == ERR_NONE;
    case FIELD_POSITION:
        return position_parse(text, &position);
    case FIELD_HASH:
        return text_from_hex(text, hash, sizeof hash);
    case FIELD_VKEY:
        return vkey_parse(text, &key, NULL) == ERR_NONE;
    default:
        return true;
    }
}

static const struct act_field *find_field(const struct act_kind *kind,
                                          const char *name)
{
    for (size_t i = 0; i < kind->fields; i++)
        if (strcmp(kind->field[i].name, name) == 0)
            return &kind->field[i];
    return NULL;
}

enum err act_kind_check(const struct act_kind *kind, const json_t *body,
                        struct why *why)
{
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)body, name, value) {
        const struct act_field *field = find_field(kind, name);

        if (field == NULL)
            return fail(why, ERR_INPUT, "%s has no field '%s'", kind->name,
                        name);
        if (!is_of_type(value, field->type))
            return fail(why, ERR_INPUT, "%s: field '%s' must be a %s",
                        kind->name, name, field_type_name(field->type));
    }
    for (size_t i = 0; i < kind->fields; i++)
        if (kind->field[i].required &&
            json_object_get(body, kind->field[i].name) == NULL)
            return fail(why, ERR_INPUT, "%s needs a field '%s' (%s: %s)",
                        kind->name, kind->field[i].name,
                        field_type_name(kind->field[i].type),
                        kind->field[i].help);
    return ERR_NONE;
}
