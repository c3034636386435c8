/*
 * main.c - `entente`: global options, the table of commands, help.
 */
#include "base/json.h"
#include "base/table.h"
#include "cli/command.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const struct command commands[] = {
#define COMMAND(name, function, usage, help) {name, function, usage, help},
#include "cli/commands.h"
#undef COMMAND
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

int cli_status(enum err code)
{
    switch (code) {
    case ERR_NONE:
        return 0;
    case ERR_AUTHORITY:
    case ERR_STATE:
        return 1;
    case ERR_SYSTEM:
        return 3;
    default:
        return 2;
    }
}

int cli_fail(struct cli *cli, const struct why *why)
{
    if (cli->json)
        cli_print_json(cli, json_pack("{s:{s:s,s:s}}", "error", "code",
                                      err_name(why->code), "text", why->text));
    else
        fprintf(cli->err, "entente: %s\n", why->text);
    return cli_status(why->code);
}

const char *cli_dir(const struct cli *cli)
{
    return cli->dir == NULL ? "." : cli->dir;
}

char *cli_path(struct cli *cli, const char *name)
{
    struct buf path = {0};
    char *text;

    buf_addf(&path, "%s/%s", cli_dir(cli), name);
    text = arena_text(cli->arena, path.data, path.len);
    buf_clear(&path);
    return text;
}

void cli_print_json(struct cli *cli, json_t *json)
{
    char *text = json_compact(json);

    fprintf(cli->out, "%s\n", text);
    mem_free(text);
    json_decref(json);
}

/*
 * Help.
 */

static void print_commands(FILE *out)
{
    struct table *table = table_open("command|what it does");

    for (size_t i = 0; i < COMMANDS; i++) {
        table_cell(table, commands[i].name);
        table_cell(table, commands[i].help);
    }
    table_print(table, out);
    table_close(table);
}

static void print_help(FILE *out)
{
    fputs("usage: entente [--dir DIR] [--json] [--now TIME] COMMAND ...\n\n",
          out);
    print_commands(out);
    fputs("\n`entente COMMAND --help` has the options of one command, "
          "`man entente-COMMAND` the rest.\n",
          out);
}

static void print_help_json(struct cli *cli)
{
    json_t *list = json_array();

    for (size_t i = 0; i < COMMANDS; i++)
        json_array_append_new(list, json_pack("{s:s,s:s,s:s}", "command",
                                              commands[i].name, "usage",
                                              commands[i].usage, "help",
                                              commands[i].help));
    cli_print_json(cli, json_pack("{s:o}", "commands", list));
}

static int unknown_command(struct cli *cli, const char *name)
{
    struct why why = {0};

    fail(&why, ERR_INPUT, "there is no command '%s'; `entente help` lists them",
         name);
    return cli_fail(cli, &why);
}

int cmd_help(struct cli *cli, int argc, char **argv)
{
    if (argc > 1) {
        char help[] = "--help";
        char *words[] = {argv[1], help, NULL};

        return find(argv[1]) == NULL ? unknown_command(cli, argv[1])
                                     : cli_run(cli, 2, words);
    }
    if (cli->json)
        print_help_json(cli);
    else
        print_help(cli->out);
    return 0;
}

/*
 * Dispatch.
 */

/* Take a global option off argv[*at]; false when it is none. */
static bool take_global(struct cli *cli, int argc, char **argv, int *at,
                        struct why *why)
{
    const struct {
        const char *name;
        const char **to;
    } options[] = {{"--dir", &cli->dir},
                   {"--now", &cli->now},
                   {"--passphrase-file", &cli->passphrase_file}};
    const char *word = argv[*at];

    if (strcmp(word, "--json") == 0) {
        cli->json = true;
        return true;
    }
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        size_t len = strlen(options[i].name);

        if (strncmp(word, options[i].name, len) != 0)
            continue;
        if (word[len] == '=') {
            *options[i].to = word + len + 1;
            return true;
        }
        if (word[len] != '\0')
            continue;
        if (*at + 1 == argc)
            fail(why, ERR_INPUT, "%s needs a value", word);
        else
            *options[i].to = argv[++*at];
        return true;
    }
    return false;
}

/* Global options out of argv; what remains is in words[argc + 1]. */
static int take_globals(struct cli *cli, int argc, char **argv, char **words,
                        struct why *why)
{
    int count = 0;
    bool all = false;

    why->code = ERR_NONE;
    for (int i = 0; i < argc; i++) {
        all |= strcmp(argv[i], "--") == 0;
        if (all || !take_global(cli, argc, argv, &i, why))
            words[count++] = argv[i];
    }
    words[count] = NULL;
    return count;
}

/* Commands without options of their own kind. */
static bool asks_for_help(const struct command *command, int argc, char **argv)
{
    if (command->run != cmd_exercise && command->run != cmd_help)
        return false;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            return true;
    return false;
}

static int dispatch(struct cli *cli, int argc, char **argv)
{
    if (argc == 0) {
        print_help(cli->err);
        return 2;
    }
    if (strcmp(argv[0], "--help") == 0) {
        print_help(cli->out);
        return 0;
    }
    if (strcmp(argv[0], "--version") == 0) {
        fprintf(cli->out, "entente %s\n", ENTENTE_VERSION);
        return 0;
    }
    cli->command = find(argv[0]);
    if (cli->command == NULL)
        return unknown_command(cli, argv[0]);
    if (asks_for_help(cli->command, argc, argv)) {
        fprintf(cli->out, "usage: entente %s %s\n\n%s\n", cli->command->name,
                cli->command->usage, cli->command->help);
        return 0;
    }
    return cli->command->run(cli, argc, argv);
}

int cli_run(struct cli *caller, int argc, char **argv)
{
    struct cli cli = *caller;
    char **words = mem_new((size_t)argc + 1, sizeof *words);
    struct why why;
    int status;

    cli.arena = arena_open();
    argc = take_globals(&cli, argc, argv, words, &why);
    status = why.code == ERR_NONE ? dispatch(&cli, argc, words)
                                  : cli_fail(&cli, &why);
    arena_close(cli.arena);
    mem_free(words);
    return status;
}

int main(int argc, char **argv)
{
    struct cli cli = {
        .dir = getenv("ENTENTE_DIR"), .out = stdout, .err = stderr};
    int status;

    if (sodium_init() < 0) {
        fputs("entente: libsodium cannot start\n", stderr);
        return 3;
    }
    status = cli_run(&cli, argc - 1, argv + 1);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("entente: standard output cannot be written\n", stderr);
        return 3;
    }
    return status;
}
