/*
 * scene.h - one act (or notification) at one moment, as handlers see it; and
 * the small vocabulary in which they are written.
 *
 * Private to src/institution. A judge reads and may refuse; a fold changes the
 * state and cannot fail. Everything a fold relies on, its judge has checked.
 */
#pragma once

#include "base/err.h"
#include "base/json.h"
#include "base/when.h"
#include "institution/charter.h"
#include "institution/council.h"
#include "institution/state.h"
#include "record/act.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { NUMBER_TEXT_SIZE = 40 };

struct scene {
    struct institution *institution;
    struct state *state;
    const struct charter *charter; /* NULL only for the founding */
    const json_t *body;            /* of the act, or the notification */
    const char *kind;
    const char *by;      /* "FR"; "" for a notification */
    const char *officer; /* "FR/delegate"; "" for a notification */
    size_t signers;      /* officers with full powers for it who signed it */
    struct when now;     /* the log's time, or when a notification took effect*/
    uint64_t index;      /* of the entry */
};

/* What stands in a member's `status`. Allowed moves: treaty.c. */
#define STATUS_NONE "none"
#define STATUS_SIGNATORY "signatory"
#define STATUS_CONSENTED "consented"
#define STATUS_PARTY "party"
#define STATUS_SUSPENDED "suspended"
#define STATUS_WITHDRAWN "withdrawn"

/* The one document of the whole. */
const json_t *coalition_get(struct state *state);
json_t *coalition_edit(struct state *state);
bool charter_in_force(struct state *state);

const json_t *member_get(struct state *state, const char *code);
json_t *member_edit(struct state *state, const char *code);
const char *member_status(struct state *state, const char *code);
bool member_is(struct state *state, const char *code, const char *status);
/* Has it consented: is it bound, or will it be when the charter enters into
 * force for it? */
bool member_is_contracting(struct state *state, const char *code);
/* Is it bound: a party, suspended or not? */
bool member_is_bound(struct state *state, const char *code);
/* The codes of all who are, sorted. Owns: caller, json_decref. */
json_t *members_bound(struct state *state);

/* Times in documents are RFC 3339 text. */
json_t *json_when(struct when when);
/* The time in a field; false when it is absent. */
bool when_at(const json_t *doc, const char *key, struct when *when);
void set_when(json_t *doc, const char *key, struct when when);
/* The period in a field, or `otherwise`. */
struct period period_at(const json_t *doc, const char *key,
                        struct period otherwise);

/* Does a JSON list of texts hold this one? */
bool list_has(const json_t *list, const char *text);
/* An array's texts, sorted, as a new array. */
json_t *list_sorted(const json_t *list);

/* Next number of a series kept in the coalition: "2026-014", "R-3", "S-2".
 * peek gives what take will. */
void number_peek(struct state *state, const char *series, struct when now,
                 char text[NUMBER_TEXT_SIZE]);
void number_take(struct state *state, const char *series, struct when now,
                 char text[NUMBER_TEXT_SIZE]);

/* A proposal comes before the council; it is decided or gone. */
void docket_add(struct state *state, const char *id, const char *by);
/* How many of them a state has put. */
size_t docket_of(struct state *state, const char *by);
void docket_drop(struct state *state, const char *id);

/*
 * Deadlines (agenda.c): what falls due, when, about which document. At most
 * one for each pair of what and id; kept sorted by time, then in the order
 * they were added.
 */
void agenda_add(struct state *state, struct when at, const char *what,
                const char *id);
void agenda_drop(struct state *state, const char *what, const char *id);
/* The earliest; false when there is none. Texts are borrowed. */
bool agenda_first(struct state *state, struct when *at, const char **what,
                  const char **id);

/*
 * What falls due (due.c). compute gives the notification, "kind" first and
 * without "effective"; fold applies it. scene->now is when it takes effect;
 * the deadline itself has been dropped from the agenda before fold.
 */
struct due_kind {
    const char *what; /* as in the agenda */
    json_t *(*compute)(const struct scene *scene, const char *id);
    void (*fold)(const struct scene *scene, const char *id);
};
const struct due_kind *due_kind_find(const char *what);

/* notification.c */
/* Is it too long for an entry, where a hash then stands for some fields? */
bool notification_is_cut(const json_t *notification);

/* treaty.c */
enum { HISTORY_MAX = 64 }; /* changes of status that a member's document keeps*/
void member_move(const struct scene *scene, const char *code,
                 const char *status);
void member_enter(const struct scene *scene, const char *code);
void member_leave(const struct scene *scene, const char *code);
/* A state that has not consented: may it sign or accede as things stand? */
bool may_become_party(const struct scene *scene, const char *code);

/* reservation.c */
/* Does the charter allow a reservation to this article? */
enum err reservation_may_be(const struct scene *scene, const char *article,
                            struct why *why) MUST_CHECK;
/* May the signer formulate that many more? */
enum err reservations_room(const struct scene *scene, size_t more,
                           struct why *why) MUST_CHECK;
/* A formulated reservation is made: the period of tacit acceptance begins. */
void reservation_make(const struct scene *scene, const char *id);
/* The signer consents: what it confirms or newly makes is made, the rest of
 * what it had formulated lapses. */
void reservations_at_consent(const struct scene *scene);
/* The signer consents by signature alone, which confirms what it formulated:
 * VCLT 23(2) asks for more only where consent comes later. */
void reservations_at_signature(const struct scene *scene);
/* A state's consent is gone: its reservations lapse, and what it accepted. */
void reservations_lapse(const struct scene *scene, const char *code);
/* The last moment at which another state can object in time: the end of the
 * period, or its own consent if that is later (VCLT 20(5)). */
struct when reservation_last_moment(struct state *state, const json_t *doc,
                                    const char *other);

/* keys.c */
/* Write a key document for a state. */
void key_put(const struct scene *scene, const char *state, const char *vkey,
             const json_t *powers, const char *from, const char *until);
/* Is it on record? */
bool key_is_known(const struct scene *scene, const char *vkey);
/* "FR/delegate+1a2b3c4d": the id of a key document. */
enum { KEY_ID_SIZE = KEY_NAME_MAX + 10 };
void key_doc_id(const struct charter *charter, const struct vkey *key,
                char id[KEY_ID_SIZE]);
/* May this key be put on record for a state? Named <coalition>/<state>/<role>,
 * Ed25519, and new. */
enum err key_judge_new(const struct scene *scene, const char *vkey,
                       const char *code, struct why *why) MUST_CHECK;
/* Valid now, and empowered for this kind of act? */
bool key_is_active(const json_t *key, struct when now);
bool key_may_sign(const json_t *key, const char *kind);
/* How many officers of a state hold one of these keys (verifier keys)? */
size_t keys_officers(const struct charter *charter, const json_t *keys,
                     const char *code);
/* Officers of a state with an active key of full powers for a kind. Two keys
 * of one officer are one signature. */
size_t officers_active(struct state *state, const char *code, struct when now,
                       const char *kind, const char *except_id);
enum { STATE_KEYS_MAX = 64 }; /* that could sign, of one state */
/* End all keys of a state that could sign. */
void keys_retire(const struct scene *scene, const char *state);

/* council.c */
/* The state that holds the presidency, or "". */
const char *presidency_holder(struct state *state);
/* due.c: the first term begins, unless one runs. */
void presidency_begin(const struct scene *scene, const struct charter *charter);
/* due.c: if nobody who may holds it, what is left of the term goes to the next
 * who may. */
void presidency_fill(const struct scene *scene);
/* What a proposal's `status` may be. */
#define PROPOSAL_DRAFT "draft"
#define PROPOSAL_OPEN "open"
#define PROPOSAL_ADOPTED "adopted"
#define PROPOSAL_REJECTED "rejected"
#define PROPOSAL_BROKEN "broken"
#define PROPOSAL_WITHDRAWN "withdrawn"
bool proposal_is(const json_t *proposal, const char *status);
/* The proposal that an act's field `proposal` names must exist. */
enum err proposal_need(const struct scene *scene, struct why *why) MUST_CHECK;
/* That proposal, or NULL. */
const json_t *proposal_named(const struct scene *scene);
json_t *proposal_named_edit(const struct scene *scene);
/* Is it decided by silence? */
bool proposal_is_silence(const struct scene *scene, const json_t *proposal);
/* The rule of its matter, or NULL. */
const struct rule *proposal_rule(const struct scene *scene,
                                 const json_t *proposal);
/* ballot.c: may this state break the silence on it: was it a party at the
 * opening, and of the group that may? */
enum err proposal_judge_breaker(const struct scene *scene,
                                const json_t *proposal, const char *code,
                                struct why *why) MUST_CHECK;
/* Open it now: roster, deadline. */
void proposal_open(const struct scene *scene, const char *id);
/* A silence procedure ends now, broken by `code`. */
void proposal_break(const struct scene *scene, const char *id, const char *code,
                    const char *reason);

/* effect.c: what adoption does to the record. */
/* The subject of a proposal with this effect: the state on record that it is
 * about; of a repeal, the subject of what is repealed. NULL when it has none.
 * Owns: caller, json_decref. */
json_t *effect_subject(const struct scene *scene, const json_t *effect);
/* May a proposal have this effect? Asked when it is put and again when it is
 * adopted: then one whose precondition is gone falls away. */
enum err effect_judge(const struct scene *scene, const json_t *effect,
                      const char *matter, bool adopted,
                      struct why *why) MUST_CHECK;
void effect_fold(const struct scene *scene, const char *proposal,
                 const json_t *effect);

/* tally.c */
/*
 * The roster on which a rule is judged: members by code with their weights,
 * the groups they stand in, those of the proposal (may be NULL), and an empty
 * group for every other that the rule names.
 */
enum err tally_roster(struct state *state, const struct charter *charter,
                      const struct rule *rule, const json_t *codes,
                      const json_t *proposal, struct roster *roster,
                      struct why *why) MUST_CHECK;

/* founding.c */
/*
 * Can the organs work by this charter with the members on record? Every name
 * in it means one thing and exists, and every rule can be counted.
 *
 *   fit  in  the static checks of rules as well (monotone, neither empty nor
 *            trivial, no dead clause)
 */
enum err charter_check(const struct charter *charter, struct state *state,
                       bool fit, struct why *why) MUST_CHECK;

/* admission.c */
/* Is this a state as founding and invitation describe it: {"code","name",
 * "english"?,"weights"?,"groups"?}? */
enum err member_document_check(const json_t *member,
                               struct why *why) MUST_CHECK;
/* Codes and standing groups of members are no other name of the charter's. */
enum err names_check(const struct charter *charter, struct state *state,
                     const json_t *codes, struct why *why) MUST_CHECK;
/* May this state be put on record beside the others? */
enum err member_judge_new(const struct scene *scene, const json_t *described,
                          struct why *why) MUST_CHECK;
/* Put a state on record with status none. */
void member_put(const struct scene *scene, const json_t *described,
                bool invited);

/* institution.c: replace the charter and its document; the text was judged. */
void institution_adopt_charter(struct institution *institution,
                               const char *text);

/* amendment.c: of the charter */
/* How long before it takes effect a state must give notice of withdrawal, by
 * the text that it accepted (VCLT 40(4)). */
struct period notice_of(const struct scene *scene, const char *code);
/* May this text take the place of the charter? Its version is the next one
 * and the organs can work by it. */
enum err amendment_may_enter(const struct scene *scene, const char *text,
                             bool fit, struct why *why) MUST_CHECK;
/* Enough acceptances? Then the deadline of its entry into force is set. */
void amendment_weigh(const struct scene *scene, const char *id);
json_t *amendment_compute(const struct scene *scene, const char *id);
void amendment_enter(const struct scene *scene, const char *id);
