/*
 * shorthand.c - sign, ratify, vote, ...: one line each for the acts that
 * officers do most; `act` for any kind.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "cli/command.h"
#include "cli/fields.h"
#include "cli/write.h"
#include "record/act.h"

#include <string.h>

/* What may be said besides the kinds' own fields. */
struct choice {
    const char *id; /* the first word, or NULL */
    bool revoke;
    bool open;
    struct words group; /* --group name=A,B */
};

enum { KINDS_MAX = 4, PLACES_MAX = 2 };

/* SHORTHAND: command, the kinds it can be, the fields that its words are, how
 * many of them there must be, which kind it is this time. */
struct shorthand {
    const char *command;
    const char *kinds[KINDS_MAX + 1];
    const char *places[PLACES_MAX + 1];
    size_t least;
    size_t (*pick)(const struct choice *choice); /* NULL: the first */
};

static bool is_reservation(const struct choice *choice)
{
    return choice->id != NULL && strncmp(choice->id, "R-", 2) == 0;
}

static size_t pick_objection(const struct choice *choice)
{
    return is_reservation(choice) ? 0 : 1;
}

static size_t pick_withdrawal(const struct choice *choice)
{
    if (choice->id == NULL)
        return choice->revoke ? 3 : 0;
    return is_reservation(choice) ? 1 : 2;
}

static size_t pick_proxy(const struct choice *choice)
{
    return choice->revoke ? 1 : 0;
}

static const struct shorthand shorthands[] = {
    {"sign", {"signature"}, {0}, 0, NULL},
    {"ratify", {"ratification"}, {0}, 0, NULL},
    {"accede", {"accession"}, {0}, 0, NULL},
    {"reserve", {"reservation"}, {"article"}, 1, NULL},
    {"object", {"objection", "ballot"}, {"reservation"}, 1, pick_objection},
    {"withdraw",
     {"withdrawal", "reservation-withdrawal", "proposal-withdrawal",
      "withdrawal-revocation"},
     {"reservation"},
     0,
     pick_withdrawal}, /* with no word: from the charter */
    {"propose", {"proposal"}, {0}, 0, NULL},
    {"amend", {"amendment"}, {"proposal"}, 1, NULL},
    {"open", {"opening"}, {"proposal"}, 1, NULL},
    {"extend", {"extension"}, {"proposal", "closes"}, 2, NULL},
    {"close", {"closing"}, {"proposal"}, 1, NULL},
    {"vote", {"ballot"}, {"proposal", "position"}, 2, NULL},
    {"receipt", {"receipt"}, {"proposal"}, 1, NULL},
    {"opt-in", {"opt-in"}, {"decision"}, 1, NULL},
    {"proxy", {"proxy", "proxy-revocation"}, {"to"}, 1, pick_proxy},
    {"state", {"statement"}, {"text"}, 1, NULL},
    {"endorse", {"endorsement"}, {"statement"}, 1, NULL},
};

static const struct shorthand *find(const char *command)
{
    for (size_t i = 0; i < sizeof shorthands / sizeof *shorthands; i++)
        if (strcmp(shorthands[i].command, command) == 0)
            return &shorthands[i];
    return NULL;
}

/*
 * The options that only some have.
 */

static void add_own_options(const char *command, struct choice *choice,
                            struct options *options)
{
    if (strcmp(command, "withdraw") == 0)
        options_flag(options, "revoke", &choice->revoke,
                     "take a notice of withdrawal from the charter back");
    if (strcmp(command, "proxy") == 0)
        options_flag(options, "revoke", &choice->revoke, "take it back");
    if (strcmp(command, "propose") == 0) {
        options_flag(options, "open", &choice->open,
                     "open it for votes at once");
        options_list(options, "group", "NAME=STATE,...", &choice->group,
                     "who is in a group of this matter; again for others");
    }
}

/* --group directly_affected=EE,LV into groups: {"directly_affected":[...]}. */
static enum err set_groups(const struct words *words, json_t *body,
                           struct why *why)
{
    const struct act_field list = {"--group", FIELD_CODES, true, ""};

    for (size_t i = 0; i < words->count; i++) {
        struct slice states = slice_of(words->item[i]);
        struct slice name;
        json_t *groups = json_object_get(body, "groups");
        json_t *one = json_object();
        enum err err;

        if (!slice_cut(&states, '=', &name) || !text_is_name(name)) {
            json_decref(one);
            return fail(why, ERR_INPUT, "--group: expected NAME=STATE,...");
        }
        if (groups == NULL) {
            groups = json_object();
            json_set_new(body, "groups", groups);
        }
        err = field_set(one, &list, states.at, why);
        if (err == ERR_NONE)
            json_object_setn(groups, name.at, name.len,
                             json_object_get(one, "--group"));
        json_decref(one);
        TRY(err);
    }
    return ERR_NONE;
}

/* --open: it opens by itself when it is put. */
static enum err set_opening(struct cli *cli, json_t *body, struct why *why)
{
    struct when now;
    char text[WHEN_TEXT_SIZE];
    struct desk desk;

    if (json_text(body, "opens") != NULL)
        return fail(why, ERR_INPUT, "propose: --open or --opens, not both");
    TRY(desk_open(cli, SESSION_READ, &desk, why));
    now = desk.now;
    desk_close(&desk);
    when_format(now, text);
    json_set_text(body, "opens", text);
    return ERR_NONE;
}

/*
 * The words.
 */

/* The field that a word stands for in this kind: `object 2026-001` names a
 * proposal, `object R-1` a reservation. */
static const struct act_field *place_field(const struct shorthand *shorthand,
                                           const struct act_kind *kind,
                                           size_t place)
{
    const struct act_field *field = field_find(kind, shorthand->places[place]);

    return field == NULL ? field_find(kind, "proposal") : field;
}

static enum err make_body(struct cli *cli, const struct shorthand *shorthand,
                          const struct act_kind *kind,
                          const struct choice *choice,
                          const struct fields *fields,
                          const struct words *words, json_t *body,
                          struct why *why)
{
    if (choice->revoke && strstr(kind->name, "revocation") == NULL)
        return fail(why, ERR_INPUT,
                    "%s: --revoke takes a notice back and "
                    "stands alone",
                    shorthand->command);
    for (size_t i = 0; i < words->count; i++)
        TRY(field_set(body, place_field(shorthand, kind, i), words->item[i],
                      why));
    TRY(fields_body(fields, body, why));
    if (strcmp(shorthand->command, "object") == 0 &&
        strcmp(kind->name, "ballot") == 0)
        json_set_text(body, "position", "object");
    TRY(set_groups(&choice->group, body, why));
    if (choice->open)
        TRY(set_opening(cli, body, why));
    return act_kind_check(kind, body, why);
}

static size_t count_places(const struct shorthand *shorthand)
{
    size_t count = 0;

    while (shorthand->places[count] != NULL)
        count++;
    return count;
}

int cmd_shorthand(struct cli *cli, int argc, char **argv)
{
    const struct shorthand *shorthand = find(cli->command->name);
    const char *except[] = {shorthand->places[0], shorthand->places[1], NULL};
    /* Which of two things is meant is said by the word alone. */
    const char *except_of_several[] = {"reservation", "proposal", "position",
                                       NULL};
    bool several =
        shorthand->pick == pick_objection || shorthand->pick == pick_withdrawal;
    struct options options = {0};
    struct choice choice = {0};
    struct fields fields = {0};
    struct write write = {0};
    struct words words;
    struct why why;
    json_t *body = json_object();
    const struct act_kind *kind;
    int status;

    for (size_t i = 0; i < KINDS_MAX && shorthand->kinds[i] != NULL; i++)
        fields_options(cli, &fields, act_kind_find(shorthand->kinds[i]),
                       several ? except_of_several : except, &options);
    add_own_options(shorthand->command, &choice, &options);
    write_options(&options, &write);
    status = options_read(cli, &options, argc, argv, shorthand->least,
                          count_places(shorthand), &words);
    if (status == OPTIONS_GO_ON) {
        choice.id = words.count > 0 ? words.item[0] : NULL;
        kind = act_kind_find(shorthand->kinds[shorthand->pick == NULL
                                                  ? 0
                                                  : shorthand->pick(&choice)]);
        status = make_body(cli, shorthand, kind, &choice, &fields, &words, body,
                           &why) == ERR_NONE
                     ? write_act(cli, &write, kind->name, body)
                     : cli_fail(cli, &why);
    }
    json_decref(body);
    return status;
}

/*
 * act: any kind.
 */

static int list_kinds(struct cli *cli)
{
    size_t count;
    const struct act_kind *kinds = act_kinds(&count);
    struct table *table = table_open("kind|what it does|fields");

    for (size_t i = 0; i < count; i++) {
        struct buf fields = {0};

        for (size_t f = 0; f < kinds[i].fields; f++)
            buf_addf(&fields, "%s%s%s%s", f == 0 ? "" : " ",
                     kinds[i].field[f].required ? "" : "[",
                     kinds[i].field[f].name,
                     kinds[i].field[f].required ? "" : "]");
        table_cell(table, kinds[i].name);
        table_cell(table, kinds[i].help);
        table_cell(table, buf_text(&fields));
        buf_clear(&fields);
    }
    table_print(table, cli->out);
    table_close(table);
    return 0;
}

/* "title=…", "text@FILE". */
static enum err set_word(const struct act_kind *kind, const char *word,
                         json_t *body, struct why *why)
{
    size_t len = strcspn(word, "=@");
    char name[65];
    const struct act_field *field;

    snprintf(name, sizeof name, "%.*s", (int)len, word);
    field = field_find(kind, name);
    if (word[len] == '\0')
        return fail(why, ERR_INPUT, "'%s': expected FIELD=VALUE or FIELD@FILE",
                    word);
    if (field == NULL)
        return fail(why, ERR_INPUT,
                    "%s has no field '%s'; `entente act` lists them",
                    kind->name, name);
    if (json_object_get(body, name) != NULL)
        return fail(why, ERR_INPUT, "field '%s' is there twice", name);
    return word[len] == '=' ? field_set(body, field, word + len + 1, why)
                            : field_set_file(body, field, word + len + 1, why);
}

static enum err read_body(const char *path, json_t **body, struct why *why)
{
    struct buf text = {0};
    enum err err;

    if (path == NULL) {
        *body = json_object();
        return ERR_NONE;
    }
    TRY(file_read(path, ACT_BYTES_MAX, &text, why));
    err = json_parse(text.data, text.len, body, why);
    if (err != ERR_NONE)
        fail_within(why, err, "%s", path);
    buf_clear(&text);
    return err;
}

static enum err make_any(const struct words *words, const char *path,
                         const struct act_kind **kind, json_t **body,
                         struct why *why)
{
    *kind = act_kind_find(words->item[0]);
    if (*kind == NULL)
        return fail(why, ERR_INPUT,
                    "there is no kind of act '%s'; `entente act` lists them",
                    words->item[0]);
    TRY(read_body(path, body, why));
    for (size_t i = 1; i < words->count; i++)
        TRY(set_word(*kind, words->item[i], *body, why));
    return act_kind_check(*kind, *body, why);
}

int cmd_act(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct write write = {0};
    struct words words;
    const char *path = NULL;
    const struct act_kind *kind;
    json_t *body = NULL;
    struct why why;
    int status;

    options_text(&options, "body", "FILE", &path,
                 "the whole body as JSON (- is standard input)");
    write_options(&options, &write);
    status = options_read(cli, &options, argc, argv, 0, SIZE_MAX, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    if (words.count == 0)
        return list_kinds(cli);
    status = make_any(&words, path, &kind, &body, &why) == ERR_NONE
                 ? write_act(cli, &write, kind->name, body)
                 : cli_fail(cli, &why);
    json_decref(body);
    return status;
}
