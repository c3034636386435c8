/*
 * exercise.h - a script being played. Private to exercise*.c.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/table.h"
#include "base/when.h"
#include "cli/cli.h"
#include "cli/script.h"
#include "institution/session.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
    LABEL_MAX = 160,
    INDENT = 18, /* where narration begins, after the date */
    CHARTER_MAX = 1 << 20,
};

/* An officer's key, derived when first needed. */
struct actor {
    char *label; /* "FR/delegate#1": the first key of that officer */
    struct key *key;
};

struct play {
    struct cli *cli;
    const struct script *script;
    FILE *out; /* of narration; NULL: quiet */
    char *dir;
    struct buf charter_text;
    struct charter *charter;
    json_t *members; /* of the whole file */
    struct session *session;
    struct actor *actor;
    size_t actors;
    json_t *nonces;          /* by officer */
    struct buf *act;         /* [acts] of the step before, for `again` */
    struct receipt *receipt; /* [acts] */
    size_t acts;
    uint64_t told;    /* entries up to here have been told */
    struct when date; /* that stands in the margin */
    size_t accepted;
    size_t refused;
};

/* exercise_acts.c: keys, bodies, acts. */

/* A key from the script's seed and its label, not kept. Owns: key_close. */
enum err play_derive_key(const struct play *play, const char *label,
                         struct key **key, struct why *why) MUST_CHECK;
/* The key of an officer, kept and written to the folder; borrowed. */
enum err play_key(struct play *play, const char *label, const struct key **key,
                  struct why *why) MUST_CHECK;
json_t *play_vkey(const struct key *key);
/* A state of the members' file with its officers' keys. Owns: *json. */
enum err play_state(struct play *play, const char *code, json_t **json,
                    struct why *why) MUST_CHECK;
/* Set the fields of `body` as a step's `with` says. */
enum err play_fields(struct play *play, const struct act_kind *kind,
                     const struct value *with, json_t *body,
                     struct why *why) MUST_CHECK;
void play_forget_acts(struct play *play);
/* Make one more act of this step, signed by `signers` (NULL or none: by the
 * officer in `label`). */
enum err play_add_act(struct play *play, const char *kind, const char *label,
                      const struct script_list *signers, const json_t *body,
                      struct why *why) MUST_CHECK;
/* Submit the acts of this step as one group. */
enum err play_submit(struct play *play, struct when now,
                     struct why *why) MUST_CHECK;

/* exercise_tell.c: what the visitor sees; nothing when quiet. */

/* Wrapped text from column `indent`, its first line after `head`. */
void hang(FILE *out, size_t indent, const char *head, enum ink ink,
          const char *text);
void play_narrate(struct play *play, struct when now, const char *text);
/* A line marked '+' (done), '-' (refused) or '*' (follows by itself). */
void play_tell(struct play *play, struct when now, enum ink ink, char mark,
               const char *text);
/* The notifications that have entered the log since the last call. */
enum err play_tell_news(struct play *play, struct why *why) MUST_CHECK;
/* The acts of a step in one line, without what became of them. */
void play_describe(const struct play *play, const struct script_step *step,
                   const json_t *body, struct buf *text);
/* What became of them. */
void play_tell_acts(struct play *play, const struct script_step *step,
                    const char *acts);
