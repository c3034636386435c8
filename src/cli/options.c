#include "cli/options.h"

#include "base/table.h"
#include "cli/command.h"

#include <assert.h>
#include <string.h>

static void add(struct options *options, struct option option)
{
    assert(options->count < OPTIONS_MAX);
    options->item[options->count++] = option;
}

void options_flag(struct options *options, const char *name, bool *to,
                  const char *help)
{
    add(options, (struct option){name, NULL, help, OPTION_FLAG, to});
}

void options_text(struct options *options, const char *name, const char *value,
                  const char **to, const char *help)
{
    add(options, (struct option){name, value, help, OPTION_TEXT, to});
}

void options_list(struct options *options, const char *name, const char *value,
                  struct words *to, const char *help)
{
    add(options, (struct option){name, value, help, OPTION_LIST, to});
}

void options_files(struct options *options, const char *name, const char *value,
                   struct words *to, const char *help)
{
    add(options, (struct option){name, value, help, OPTION_FILES, to});
}

static void print_help(struct cli *cli, const struct options *options)
{
    struct table *table = table_open("option|what it does");
    struct buf text = {0};

    fprintf(cli->out, "usage: entente %s%s%s\n\n%s\n", cli->command->name,
            *cli->command->usage == '\0' ? "" : " ", cli->command->usage,
            cli->command->help);
    for (size_t i = 0; i < options->count; i++) {
        const struct option *option = &options->item[i];

        buf_reset(&text);
        buf_addf(&text, "--%s%s%s%s", option->name,
                 option->value == NULL ? "" : " ",
                 option->value == NULL ? "" : option->value,
                 option->kind == OPTION_FILES ? "..." : "");
        table_cell(table, buf_text(&text));
        table_cell(table, option->help);
    }
    if (table_rows(table) > 0) {
        fputc('\n', cli->out);
        table_print(table, cli->out);
    }
    table_close(table);
    buf_clear(&text);
}

static void put(struct cli *cli, struct words *words, const char *word)
{
    /* Full whenever the count is a power of two: double. */
    if ((words->count & (words->count - 1)) == 0) {
        size_t cap = words->count == 0 ? 1 : 2 * words->count;
        const char **item = arena_new(cli->arena, cap, sizeof *item);

        if (words->count > 0)
            memcpy(item, words->item, words->count * sizeof *item);
        words->item = item;
    }
    words->item[words->count++] = word;
}

/* The option that a word names; *value is what follows '=', or NULL. */
static const struct option *find(const struct options *options,
                                 const char *word, const char **value)
{
    size_t len = strcspn(word, "=");

    *value = word[len] == '=' ? word + len + 1 : NULL;
    for (size_t i = 0; i < options->count; i++)
        if (strlen(options->item[i].name) == len &&
            strncmp(options->item[i].name, word, len) == 0)
            return &options->item[i];
    return NULL;
}

/* Store the value of the option at argv[*at]. */
static enum err take(struct cli *cli, const struct option *option,
                     const char *value, int argc, char **argv, int *at,
                     struct why *why)
{
    if (option->kind == OPTION_FLAG) {
        if (value != NULL)
            return fail(why, ERR_INPUT, "%s: --%s takes no value", argv[0],
                        option->name);
        *(bool *)option->to = true;
        return ERR_NONE;
    }
    if (value == NULL && *at + 1 == argc)
        return fail(why, ERR_INPUT, "%s: --%s needs a value: %s", argv[0],
                    option->name, option->value);
    if (value == NULL)
        value = argv[++*at];
    if (option->kind == OPTION_TEXT) {
        if (*(const char **)option->to != NULL)
            return fail(why, ERR_INPUT, "%s: --%s is there twice", argv[0],
                        option->name);
        *(const char **)option->to = value;
        return ERR_NONE;
    }
    put(cli, option->to, value);
    while (option->kind == OPTION_FILES && *at + 1 < argc &&
           argv[*at + 1][0] != '-')
        put(cli, option->to, argv[++*at]);
    return ERR_NONE;
}

static enum err read_all(struct cli *cli, const struct options *options,
                         int argc, char **argv, struct words *rest, bool *help,
                         struct why *why)
{
    bool words_only = false;

    for (int i = 1; i < argc; i++) {
        const struct option *option;
        const char *value;

        if (words_only || strncmp(argv[i], "--", 2) != 0) {
            put(cli, rest, argv[i]);
            continue;
        }
        words_only = argv[i][2] == '\0';
        if (words_only)
            continue;
        if (strcmp(argv[i], "--help") == 0) {
            *help = true;
            return ERR_NONE;
        }
        option = find(options, argv[i] + 2, &value);
        if (option == NULL)
            return fail(why, ERR_INPUT,
                        "%s: there is no option %s; `entente %s --help` lists "
                        "them",
                        argv[0], argv[i], argv[0]);
        TRY(take(cli, option, value, argc, argv, &i, why));
    }
    return ERR_NONE;
}

int options_read(struct cli *cli, const struct options *options, int argc,
                 char **argv, size_t least, size_t most, struct words *rest)
{
    struct why why;
    bool help = false;
    enum err err;

    memset(rest, 0, sizeof *rest);
    err = read_all(cli, options, argc, argv, rest, &help, &why);
    if (help) {
        print_help(cli, options);
        return 0;
    }
    if (err == ERR_NONE && (rest->count < least || rest->count > most))
        err = fail(&why, ERR_INPUT, "usage: entente %s %s", cli->command->name,
                   cli->command->usage);
    return err == ERR_NONE ? OPTIONS_GO_ON : cli_fail(cli, &why);
}
