/*
 * script.h - the script of an exercise, read from YAML and checked.
 *
 * docs/exercise.md has every key. Reading plays nothing: everything here is
 * borrowed from the document and lives until script_close.
 */
#pragma once

#include "base/err.h"
#include "base/value.h"
#include "base/when.h"
#include "institution/kinds.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    SCRIPT_STEPS_MAX = 10000,
    SCRIPT_STATES_MAX = 256,
    SCRIPT_OFFICERS_MAX = 16,
};

enum step_kind {
    STEP_SAY,     /* narration alone; time passes */
    STEP_ACT,     /* the same act by each of `by` */
    STEP_BALLOTS, /* positions of many on one proposal */
    STEP_AGAIN,   /* the acts of the step before, the same bytes */
    STEP_SHOW,    /* a command of entente */
};

/* A text list in the memory of the script. */
struct script_list {
    const char *const *item;
    size_t count;
};

struct script_step {
    const struct value *value; /* where it stands */
    enum step_kind kind;
    struct when at;
    const char *say;            /* NULL: nothing */
    const struct act_kind *act; /* ACT; BALLOTS: ballot */
    struct script_list by;      /* ACT: "FR/delegate", "PL/delegate#2" */
    struct script_list signers; /* "delegate" or "DE/delegate"; empty: by */
    const struct value *with;   /* ACT: the body; BALLOTS: the map; or NULL */
    struct script_list show;    /* SHOW: command lines */
    bool refused;               /* what is expected */
    const char *because;        /* NULL, or what the reason must contain */
};

/* A state of the members' file and its officers. */
struct script_state {
    const char *code;
    struct script_list officers; /* roles */
    bool later;                  /* not among the founders */
};

struct script {
    const char *title;
    const char *seed;
    const char *charter; /* path, as from the working folder */
    const char *members; /* the same */
    const char *folder;  /* of the script, with its last '/', or "" */
    struct when founded;
    struct script_list next; /* commands to try afterwards */
    const struct script_state *state;
    size_t states;
    const struct script_step *step;
    size_t steps;
    struct document *document;
    struct arena *arena;
};

/*
 * Read a script and the codes of its members' file.
 *
 * Owns     *script: script_close.
 * Fails    ERR_INPUT with file, line, field and what was expected; ERR_LIMIT;
 *          ERR_ABSENT for a file that is not there.
 */
enum err script_read(const char *path, struct script **script,
                     struct why *why) MUST_CHECK;
void script_close(struct script *script);

/* Index of a state, or SIZE_MAX. */
size_t script_find(const struct script *script, struct slice code);
