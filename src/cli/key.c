/*
 * key.c - `entente key`: key files of this machine, and the acts about keys.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "cli/command.h"
#include "cli/fields.h"
#include "cli/secret.h"
#include "cli/write.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* "FR/delegate" becomes "willing.example/FR/delegate" when <dir>/vkey says
 * which coalition this is. */
static void whole_name(struct cli *cli, const char *name, struct buf *out)
{
    struct vkey log;
    size_t len;

    if (secret_vkey(cli_path(cli, "vkey"), &log, NULL) == ERR_NONE) {
        len = strlen(log.name);
        len =
            len > 4 && strcmp(log.name + len - 4, "/log") == 0 ? len - 4 : len;
        if (strncmp(name, log.name, len) != 0 || name[len] != '/')
            buf_addf(out, "%.*s/", (int)len, log.name);
    }
    buf_add_text(out, name);
}

/* Where a key of this name is kept: of willing.example/FR/delegate in
 * keys/FR/delegate.key, of any other name in keys/<name>.key. */
static enum err default_path(struct cli *cli, const char *name, char **path,
                             struct why *why)
{
    const char *role = strrchr(name, '/');
    const char *state = role;
    struct buf file = {0};

    while (state != NULL && state > name && state[-1] != '/')
        state--;
    if (role != NULL && state > name)
        return secret_path(cli, state, path, why);
    if (!text_is_name(slice_of(name)))
        return fail(why, ERR_INPUT,
                    "'%s': expected COALITION/STATE/ROLE, or say where with "
                    "--out",
                    name);
    buf_addf(&file, "keys/%s.key", name);
    *path = cli_path(cli, buf_text(&file));
    buf_clear(&file);
    return ERR_NONE;
}

static int say_key(struct cli *cli, const char *path, const struct vkey *vkey)
{
    char text[KEY_VKEY_SIZE];

    vkey_format(vkey, text);
    if (cli->json)
        cli_print_json(cli, json_pack("{s:s,s:s,s:s}", "name", vkey->name,
                                      "file", path, "vkey", text));
    else
        fprintf(cli->out, "%s\n", text);
    return 0;
}

/*
 * key new NAME
 */

struct new_key {
    const char *name;
    const char *out;
    bool plain;
    bool witness;
};

static enum err make(struct cli *cli, const struct new_key *new, char **path,
                     struct vkey *vkey, struct why *why)
{
    struct buf name = {0};
    struct key *key = NULL;
    enum err err = ERR_NONE;

    if (new->witness)
        buf_add_text(&name, new->name);
    else
        whole_name(cli, new->name, &name);
    if (new->out != NULL)
        *path = arena_text(cli->arena, new->out, strlen(new->out));
    else
        err = default_path(cli, buf_text(&name), path, why);
    if (err == ERR_NONE && file_exists(*path))
        err = fail(why, ERR_STATE, "%s: there is a key already", *path);
    if (err == ERR_NONE)
        err = key_generate((struct slice){name.data, name.len},
                           new->witness ? KEY_COSIGNATURE : KEY_ED25519, &key,
                           why);
    if (err == ERR_NONE)
        err = secret_write_key(cli, key, *path, new->plain, why);
    if (err == ERR_NONE)
        *vkey = *key_vkey(key);
    key_close(key);
    buf_clear(&name);
    return err;
}

static int key_new(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct new_key new = {0};
    struct words words;
    struct vkey vkey;
    struct why why;
    char *path;
    int status;

    options_text(&options, "out", "FILE", &new.out,
                 "instead of <dir>/keys/STATE/ROLE.key");
    options_flag(&options, "no-passphrase", &new.plain, "do not encrypt it");
    options_flag(&options, "witness", &new.witness,
                 "for cosigning checkpoints, not for acts");
    status = options_read(cli, &options, argc, argv, 1, 1, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    new.name = words.item[0];
    if (make(cli, &new, &path, &vkey, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    if (!cli->json)
        fprintf(cli->err, "entente: made %s; its verifier key:\n", path);
    return say_key(cli, path, &vkey);
}

/*
 * key list
 */

struct listing {
    struct cli *cli;
    struct desk *desk; /* session NULL: no log here */
    struct table *table;
    json_t *json;
};

/* "active", "retired", ... or "" for a key that is not on record. */
static const char *on_record(const struct listing *listing,
                             const struct vkey *vkey)
{
    struct buf id = {0};
    const char *status;
    size_t len;

    if (listing->desk->session == NULL)
        return "";
    len = strlen(listing->desk->charter->id);
    if (strlen(vkey->name) <= len)
        return "";
    buf_addf(&id, "%s+%08x", vkey->name + len + 1, vkey->id);
    status = json_text(state_get(listing->desk->state, "key", buf_text(&id)),
                       "status");
    buf_clear(&id);
    return status == NULL ? "" : status;
}

static void list_file(struct listing *listing, const char *path)
{
    struct vkey vkey;
    bool encrypted;
    char text[KEY_VKEY_SIZE];
    json_t *json;

    if (key_read_public(path, &vkey, &encrypted, NULL) != ERR_NONE)
        return;
    vkey_format(&vkey, text);
    table_cell(listing->table, vkey.name);
    table_cellf(listing->table, "%08x", vkey.id);
    table_cell(listing->table, encrypted ? "passphrase" : "open");
    table_cell(listing->table, on_record(listing, &vkey));
    table_cell(listing->table, path);
    json =
        json_pack("{s:s,s:s,s:b,s:s}", "file", path, "vkey", text, "encrypted",
                  encrypted, "on_record", on_record(listing, &vkey));
    json_array_append_new(listing->json, json);
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* keys/ and one level of folders below it, by name. */
static void list_folder(struct listing *listing, const char *folder, int depth)
{
    struct dirent **entry;
    int count = scandir(folder, &entry, is_shown, alphasort);

    for (int i = 0; i < count; i++) {
        struct buf path = {0};
        size_t len = strlen(entry[i]->d_name);

        buf_addf(&path, "%s/%s", folder, entry[i]->d_name);
        if (len > 4 && strcmp(entry[i]->d_name + len - 4, ".key") == 0)
            list_file(listing, buf_text(&path));
        else if (depth > 0)
            list_folder(listing, buf_text(&path), depth - 1);
        buf_clear(&path);
        free(entry[i]);
    }
    if (count >= 0)
        free(entry);
}

static int key_list(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct words words;
    struct desk desk;
    struct listing listing = {cli, &desk,
                              table_open("key|id|protected by|on record|file"),
                              json_array()};
    int status = options_read(cli, &options, argc, argv, 0, 0, &words);

    if (status == OPTIONS_GO_ON) {
        if (desk_open(cli, SESSION_READ, &desk, NULL) != ERR_NONE)
            memset(&desk, 0, sizeof desk);
        list_folder(&listing, cli_path(cli, "keys"), 1);
        desk_close(&desk);
        if (cli->json)
            cli_print_json(cli, json_pack("{s:O}", "keys", listing.json));
        else if (table_rows(listing.table) == 0)
            fprintf(cli->out, "There are no keys in %s.\n",
                    cli_path(cli, "keys"));
        else
            table_print(listing.table, cli->out);
        status = 0;
    }
    table_close(listing.table);
    json_decref(listing.json);
    return status;
}

/*
 * key export, key passphrase
 */

/* FR/delegate, a file, or a key's whole name. */
static enum err find_file(struct cli *cli, const char *name, char **path,
                          struct why *why)
{
    if (file_exists(name)) {
        *path = arena_text(cli->arena, name, strlen(name));
        return ERR_NONE;
    }
    if (secret_path(cli, name, path, NULL) == ERR_NONE && file_exists(*path))
        return ERR_NONE;
    TRY(default_path(cli, name, path, why));
    if (!file_exists(*path))
        return fail(why, ERR_ABSENT, "%s: there is no such key", *path);
    return ERR_NONE;
}

static int key_export(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct words words;
    struct vkey vkey;
    bool encrypted;
    struct why why;
    char *path;
    int status = options_read(cli, &options, argc, argv, 1, 1, &words);

    if (status != OPTIONS_GO_ON)
        return status;
    if (find_file(cli, words.item[0], &path, &why) != ERR_NONE ||
        key_read_public(path, &vkey, &encrypted, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    return say_key(cli, path, &vkey);
}

static enum err change(struct cli *cli, const char *name, bool plain,
                       const char *new_file, struct why *why)
{
    struct cli asking = *cli;
    char *path;
    char *before;
    char *after = NULL;
    enum err err;

    TRY(find_file(cli, name, &path, why));
    TRY(secret_of_file(cli, path, &before, why));
    if (new_file != NULL)
        asking.passphrase_file = new_file;
    err = plain ? ERR_NONE : secret_ask(&asking, name, true, &after, why);
    if (err == ERR_NONE)
        err =
            key_change_passphrase(path, before, after, KEY_COST_MODERATE, why);
    secret_forget(before);
    secret_forget(after);
    return err;
}

static int key_passphrase(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct words words;
    const char *new_file = NULL;
    bool plain = false;
    struct why why;
    int status;

    options_flag(&options, "no-passphrase", &plain, "decrypt it");
    options_text(&options, "new-passphrase-file", "FILE", &new_file,
                 "where the new one is; else it is asked for");
    status = options_read(cli, &options, argc, argv, 1, 1, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    if (change(cli, words.item[0], plain, new_file, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    if (cli->json)
        cli_print_json(cli, json_pack("{s:s}", "changed", words.item[0]));
    else
        fprintf(cli->out, "changed: %s\n", words.item[0]);
    return 0;
}

/*
 * key grant, key retire, key compromise: acts.
 */

static int key_act(struct cli *cli, int argc, char **argv, const char *name)
{
    const struct act_kind *kind = act_kind_find(name);
    const char *except[] = {kind->field[0].name, NULL};
    struct options options = {0};
    struct fields fields = {0};
    struct write write = {0};
    struct words words;
    struct why why;
    json_t *body = json_object();
    int status;
    enum err err;

    fields_options(cli, &fields, kind, except, &options);
    write_options(&options, &write);
    status = options_read(cli, &options, argc, argv, 1, 1, &words);
    if (status == OPTIONS_GO_ON) {
        err = field_set(body, &kind->field[0], words.item[0], &why);
        if (err == ERR_NONE)
            err = fields_body(&fields, body, &why);
        if (err == ERR_NONE)
            err = act_kind_check(kind, body, &why);
        status = err == ERR_NONE ? write_act(cli, &write, name, body)
                                 : cli_fail(cli, &why);
    }
    json_decref(body);
    return status;
}

static int key_grant(struct cli *cli, int argc, char **argv)
{
    return key_act(cli, argc, argv, "key-grant");
}

static int key_retire(struct cli *cli, int argc, char **argv)
{
    return key_act(cli, argc, argv, "key-retire");
}

static int key_compromise(struct cli *cli, int argc, char **argv)
{
    return key_act(cli, argc, argv, "key-compromise");
}

/* KEY: what follows `key`, usage, help. */
static const struct command parts[] = {
    {"key new", key_new, "NAME [--out FILE] [--no-passphrase] [--witness]",
     "make a key; NAME is STATE/ROLE here, else COALITION/STATE/ROLE"},
    {"key list", key_list, "", "the key files of this machine"},
    {"key export", key_export, "STATE/ROLE|FILE",
     "print its verifier key, to be given to others"},
    {"key passphrase", key_passphrase, "STATE/ROLE|FILE",
     "change the passphrase of a key file"},
    {"key grant", key_grant, "KEY [--powers KIND,...] --as STATE/ROLE",
     "give an officer's key full powers, all or some"},
    {"key retire", key_retire, "KEYID --as STATE/ROLE", "retire a key"},
    {"key compromise", key_compromise, "KEYID --since TIME --as STATE/ROLE",
     "declare a key compromised"},
};

int cmd_key(struct cli *cli, int argc, char **argv)
{
    struct why why;

    for (size_t i = 0; argc > 1 && i < sizeof parts / sizeof *parts; i++) {
        if (strcmp(parts[i].name + strlen("key "), argv[1]) == 0) {
            cli->command = &parts[i];
            return parts[i].run(cli, argc - 1, argv + 1);
        }
    }
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
            fprintf(cli->out, "entente %s %s\n    %s\n", parts[i].name,
                    parts[i].usage, parts[i].help);
        return 0;
    }
    fail(&why, ERR_INPUT, "usage: entente key %s", cli->command->usage);
    return cli_fail(cli, &why);
}
