/*
 * exercise.c - `entente exercise FILE`: live through a script.
 *
 * Every act goes the way of real ones: made, signed, submitted, judged. Only
 * the keys are not secret (anyone can derive them from the script) and the
 * time is the script's. The same script gives the same log, byte for byte.
 */
#include "cli/exercise.h"

#include "base/file.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/founders.h"
#include "cli/options.h"
#include "record/hash.h"

#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file that lets a later run replace the folder. */
#define MARK "EXERCISE"

/* Let time pass: each deadline at its own moment. */
static enum err advance(struct play *play, struct when until, struct why *why)
{
    struct institution *institution = session_institution(play->session);
    struct when deadline;
    size_t count = 1;

    while (count > 0 && institution_next_deadline(institution, &deadline) &&
           deadline.s <= until.s) {
        TRY(session_advance(play->session, deadline, &count, why));
        TRY(play_tell_news(play, why));
    }
    TRY(session_advance(play->session, until, &count, why));
    return play_tell_news(play, why);
}

/* Is what became of each act what the script expects? */
static enum err check_expectation(const struct play *play,
                                  const struct script_step *step,
                                  struct why *why)
{
    for (size_t i = 0; i < play->acts; i++) {
        const struct receipt *receipt = &play->receipt[i];

        if (receipt->accepted && step->refused)
            return value_fail(step->value, why, ERR_STATE,
                              "expected to be refused, but act %zu was "
                              "accepted",
                              i + 1);
        if (!receipt->accepted && !step->refused)
            return value_fail(step->value, why, ERR_STATE,
                              "act %zu was refused: %s", i + 1,
                              receipt->why.text);
        if (step->because != NULL &&
            strstr(receipt->why.text, step->because) == NULL)
            return value_fail(step->value, why, ERR_STATE,
                              "expected a reason with \"%s\", not: %s",
                              step->because, receipt->why.text);
    }
    return ERR_NONE;
}

static enum err finish_acts(struct play *play, const struct script_step *step,
                            const struct buf *text, struct why *why)
{
    if (play->acts == 0)
        return value_fail(step->value, why, ERR_INPUT, "nobody acts");
    TRY(play_submit(play, step->at, why));
    TRY(check_expectation(play, step, why));
    play_tell_acts(play, step, buf_text(text));
    return advance(play, step->at, why);
}

/*
 * Steps.
 */

static enum err play_act(struct play *play, const struct script_step *step,
                         struct why *why)
{
    json_t *body = json_object();
    struct buf text = {0};
    enum err err;

    play_forget_acts(play);
    err = play_fields(play, step->act, step->with, body, why);
    for (size_t i = 0; err == ERR_NONE && i < step->by.count; i++)
        err = play_add_act(play, step->act->name, step->by.item[i],
                           &step->signers, body, why);
    if (err == ERR_NONE) {
        play_describe(play, step, body, &text);
        err = finish_acts(play, step, &text, why);
    }
    json_decref(body);
    buf_clear(&text);
    return err;
}

static enum err add_ballot(struct play *play, const struct script_step *step,
                           const char *position, const char *code,
                           struct why *why)
{
    const struct script_state *state =
        &play->script->state[script_find(play->script, slice_of(code))];
    json_t *body = json_object();
    char label[LABEL_MAX];
    enum err err;

    snprintf(label, sizeof label, "%s/%s", code, state->officers.item[0]);
    json_set_text(body, "proposal", value_text_at(step->with, "proposal", ""));
    json_set_text(body, "position", position);
    err = play_add_act(play, "ballot", label, NULL, body, why);
    json_decref(body);
    return err;
}

static enum err play_ballots(struct play *play, const struct script_step *step,
                             struct why *why)
{
    struct buf text = {0};
    enum err err = ERR_NONE;

    play_forget_acts(play);
    for (size_t i = 0; i < step->with->count && err == ERR_NONE; i++) {
        const struct value *list = step->with->item[i];

        if (strcmp(list->key, "proposal") == 0)
            continue;
        for (size_t j = 0; j < list->count && err == ERR_NONE; j++)
            err = add_ballot(play, step, list->key, list->item[j]->text, why);
    }
    if (err == ERR_NONE) {
        play_describe(play, step, NULL, &text);
        err = finish_acts(play, step, &text, why);
    }
    buf_clear(&text);
    return err;
}

static enum err play_again(struct play *play, const struct script_step *step,
                           struct why *why)
{
    struct buf text = {0};
    enum err err;

    buf_add_text(&text, "the same bytes once more");
    err = finish_acts(play, step, &text, why);
    buf_clear(&text);
    return err;
}

/* Run one command line against this log at this time. *text is what it
 * printed; the caller frees it. */
static int run_command(const struct play *play, struct when now, char *line,
                       char **text)
{
    struct cli cli = *play->cli;
    char *argv[WORDS_MAX + 1];
    char date[WHEN_TEXT_SIZE];
    size_t len;
    int argc = 0;
    int status;

    for (char *word; argc < WORDS_MAX && (word = strsep(&line, " ")) != NULL;)
        if (*word != '\0')
            argv[argc++] = word;
    argv[argc] = NULL;
    when_format(now, date);
    cli.dir = play->dir;
    cli.now = date;
    cli.out = cli.err = open_memstream(text, &len);
    if (cli.out == NULL)
        return 3;
    status = cli_run(&cli, argc, argv);
    fclose(cli.out);
    return status;
}

static enum err show(struct play *play, const struct script_step *step,
                     const char *command, struct why *why)
{
    char *words = mem_copy_text(command, strlen(command));
    char *text = NULL;
    int status = run_command(play, step->at, words, &text);

    term_print(play->out, INK_BLUE, "%*s$ entente %s\n", INDENT, "", command);
    for (char *line, *rest = text; (line = strsep(&rest, "\n")) != NULL;)
        if (*line != '\0')
            fprintf(play->out, "  %s\n", line);
    free(text);
    mem_free(words);
    if (status != (step->refused ? 1 : 0))
        return value_fail(step->value, why, ERR_STATE,
                          "'%s' ended with status %d", command, status);
    return ERR_NONE;
}

static enum err play_show(struct play *play, const struct script_step *step,
                          struct why *why)
{
    for (size_t i = 0; play->out != NULL && i < step->show.count; i++)
        TRY(show(play, step, step->show.item[i], why));
    return ERR_NONE;
}

static enum err play_step(struct play *play, const struct script_step *step,
                          struct why *why)
{
    TRY(advance(play, step->at, why));
    if (step->say != NULL)
        play_narrate(play, step->at, step->say);
    switch (step->kind) {
    case STEP_ACT:
        return play_act(play, step, why);
    case STEP_BALLOTS:
        return play_ballots(play, step, why);
    case STEP_AGAIN:
        return play_again(play, step, why);
    case STEP_SHOW:
        return play_show(play, step, why);
    default:
        return ERR_NONE;
    }
}

/*
 * Before the first step and after the last.
 */

static int remove_one(const char *path, const struct stat *status, int type,
                      struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

static const char mark_text[] =
    "Made by `entente exercise`: acts are invented, keys made from the "
    "script.\n"
    "The next run of an exercise replaces this folder.\n";

static bool is_left_by_exercise(const char *mark)
{
    struct buf text = {0};
    bool is = file_read(mark, sizeof mark_text, &text, NULL) == ERR_NONE &&
              strcmp(buf_text(&text), mark_text) == 0;

    buf_clear(&text);
    return is;
}

/* Leaves a marked folder that has nothing else in it. */
static enum err prepare(const char *dir, const char *mark, struct why *why)
{
    if (is_left_by_exercise(mark)) {
        if (nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0)
            return fail(why, ERR_SYSTEM, "%s: cannot be removed: %s", dir,
                        strerror(errno));
    } else if (file_exists(dir) && rmdir(dir) != 0) {
        return fail(why, ERR_STATE,
                    "%s is not empty and was not made by an exercise; choose "
                    "another with --dir",
                    dir);
    }
    TRY(file_make_folders(dir, why));
    return file_create(mark, mark_text, sizeof mark_text - 1, 0644, why);
}

static enum err prepare_folder(const char *dir, struct why *why)
{
    struct buf mark = {0};
    enum err err;

    buf_addf(&mark, "%s/%s", dir, MARK);
    err = prepare(dir, buf_text(&mark), why);
    buf_clear(&mark);
    return err;
}

/* The states that are there from the start, and their keys. */
static enum err founding_body(struct play *play, json_t *body, struct why *why)
{
    const struct key *registrar;
    json_t *members = json_array();
    json_t *keys = json_array();

    json_set_new(body, "charter",
                 json_stringn(play->charter_text.data, play->charter_text.len));
    json_set_flag(body, "exercise", true);
    json_set_new(body, "members", members);
    json_set_new(body, "keys", keys);
    TRY(play_key(play, "secretariat/registrar", &registrar, why));
    json_set_new(body, "secretariat", play_vkey(registrar));
    for (size_t i = 0; i < play->script->states; i++) {
        json_t *state;

        if (play->script->state[i].later)
            continue;
        TRY(play_state(play, play->script->state[i].code, &state, why));
        json_array_extend(keys, json_object_get(state, "keys"));
        json_object_del(state, "keys");
        json_array_append_new(members, state);
    }
    return ERR_NONE;
}

static enum err found(struct play *play, struct why *why)
{
    json_t *body = json_object();
    struct buf text = {0};
    enum err err = founding_body(play, body, why);

    buf_addf(&text,
             "The charter of the %s is open for signature by %zu states.",
             play->charter->name, json_array_size(json_list(body, "members")));
    play_narrate(play, play->script->founded, buf_text(&text));
    if (err == ERR_NONE)
        err = play_add_act(play, "founding", "secretariat/registrar", NULL,
                           body, why);
    if (err == ERR_NONE)
        err = play_submit(play, play->script->founded, why);
    if (err == ERR_NONE && !play->receipt[0].accepted) {
        *why = play->receipt[0].why;
        err = fail_within(why, why->code, "founding refused");
    }
    if (err == ERR_NONE)
        play_tell(play, play->script->founded, INK_GREEN, '+',
                  "founding by secretariat/registrar [0]");
    json_decref(body);
    buf_clear(&text);
    return err;
}

static enum err open_log(struct play *play, struct why *why)
{
    struct key *key;

    TRY(play_derive_key(play, "log", &key, why));
    return session_create(play->dir, key, NULL, KEY_COST_INTERACTIVE,
                          &play->session, why);
}

static enum err read_charter(struct play *play, struct why *why)
{
    const char *path = play->script->charter;

    TRY(file_read(path, CHARTER_MAX, &play->charter_text, why));
    TRY(charter_parse(path, play->charter_text.data, play->charter_text.len,
                      &play->charter, why));
    return founders_read(play->script->members, play->charter, &play->members,
                         why);
}

static void begin(struct play *play)
{
    if (play->out == NULL)
        return;
    term_print(play->out, INK_YELLOW, "%-*s", INDENT, "EXERCISE");
    term_print(play->out, INK_BOLD, "%s\n", play->script->title);
    hang(play->out, INDENT, "", INK_PLAIN,
         "Everything below is invented: acts, votes, words. The keys are made "
         "from the script and protect nothing.");
}

static void end_json(const struct play *play, const char *root)
{
    json_t *json =
        json_pack("{s:b,s:s,s:s,s:I,s:I,s:I,s:s}", "exercise", 1, "title",
                  play->script->title, "dir", play->dir, "entries",
                  (json_int_t)log_size(session_log(play->session)), "acts",
                  (json_int_t)play->accepted, "refused",
                  (json_int_t)play->refused, "root", root);
    char *text = json_compact(json);

    fprintf(play->cli->out, "%s\n", text);
    mem_free(text);
    json_decref(json);
}

static void end(const struct play *play)
{
    struct log *log = session_log(play->session);
    struct hash hash = log_root(log);
    FILE *out = play->cli->out;
    char root[HASH_TEXT_SIZE];

    hash_text(&hash, root);
    if (play->cli->json) {
        end_json(play, root);
        return;
    }
    term_print(out, INK_YELLOW, "%-*s", INDENT, "EXERCISE");
    fprintf(out,
            "%" PRIu64 " entries in %s/log: %zu acts, %" PRIu64
            " notifications; %zu acts refused\n%*sroot %s\n",
            log_size(log), play->dir, play->accepted,
            log_size(log) - play->accepted, play->refused, INDENT, "", root);
    if (play->script->next.count > 0)
        fprintf(out, "\nTry next:\n");
    for (size_t i = 0; i < play->script->next.count; i++)
        fprintf(out, "  %s --dir %s %s\n", program_invocation_name, play->dir,
                play->script->next.item[i]);
}

static enum err play_all(struct play *play, struct why *why)
{
    TRY(read_charter(play, why));
    if (play->cli->dir != NULL)
        play->dir = mem_copy_text(play->cli->dir, strlen(play->cli->dir));
    else /* "willing" of "willing.example" */
        play->dir =
            mem_copy_text(play->charter->id, strcspn(play->charter->id, "."));
    TRY(prepare_folder(play->dir, why));
    TRY(open_log(play, why));
    begin(play);
    TRY(found(play, why));
    for (size_t i = 0; i < play->script->steps; i++)
        TRY(play_step(play, &play->script->step[i], why));
    end(play);
    return ERR_NONE;
}

static void clear(struct play *play)
{
    play_forget_acts(play);
    session_close(play->session);
    for (size_t i = 0; i < play->actors; i++) {
        key_close(play->actor[i].key);
        mem_free(play->actor[i].label);
    }
    mem_free(play->actor);
    json_decref(play->nonces);
    json_decref(play->members);
    charter_close(play->charter);
    buf_clear(&play->charter_text);
    mem_free(play->dir);
}

static enum err exercise(struct play *play, const char *file, struct why *why)
{
    struct script *script;
    enum err err;

    TRY(script_read(file, &script, why));
    play->script = script;
    play->nonces = json_object();
    err = play_all(play, why);
    clear(play);
    script_close(script);
    return err;
}

int cmd_exercise(struct cli *cli, int argc, char **argv)
{
    struct play play = {.cli = cli, .date = {INT64_MIN}};
    struct options options = {.count = 0};
    struct words rest;
    struct why why;
    bool quiet = false;
    int status;
    enum err err;

    options_flag(&options, "quiet", &quiet, "only the summary");
    status = options_read(cli, &options, argc, argv, 1, 1, &rest);
    if (status != OPTIONS_GO_ON)
        return status;
    if (!quiet && !cli->json)
        play.out = cli->out;
    if (cli->now != NULL) /* also: no script shows a script */
        err =
            fail(&why, ERR_INPUT, "exercise: its script says what time it is");
    else
        err = exercise(&play, rest.item[0], &why);
    return err == ERR_NONE ? 0 : cli_fail(cli, &why);
}
