#include "cli/secret.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* One line, without its LF, into *out. */
static enum err keep(struct cli *cli, const char *what, char *text, size_t len,
                     char **out, struct why *why)
{
    if (len > 0 && text[len - 1] == '\n')
        len--;
    if (len > 0 && text[len - 1] == '\r')
        len--;
    if (len == 0 || len > PASSPHRASE_MAX || memchr(text, '\n', len) != NULL ||
        memchr(text, '\0', len) != NULL)
        return fail(why, ERR_INPUT,
                    "%s: expected a passphrase, one line of 1 to %d bytes",
                    what, PASSPHRASE_MAX);
    *out = arena_text(cli->arena, text, len);
    return ERR_NONE;
}

static enum err from_file(struct cli *cli, char **out, struct why *why)
{
    struct buf text = {0};
    enum err err =
        file_read(cli->passphrase_file, PASSPHRASE_MAX + 2, &text, why);

    if (err == ERR_NONE)
        err = keep(cli, cli->passphrase_file, text.data, text.len, out, why);
    if (text.data != NULL)
        sodium_memzero(text.data, text.cap);
    buf_clear(&text);
    return err;
}

/* Read a line from a terminal that does not show it. */
static ssize_t read_hidden(int tty, const char *prompt, char *line, size_t size)
{
    struct termios before;
    struct termios hidden;
    ssize_t got;

    if (tcgetattr(tty, &before) != 0)
        return -1;
    hidden = before;
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
    hidden.c_lflag |= ICANON | ECHONL;
    if (tcsetattr(tty, TCSAFLUSH, &hidden) != 0)
        return -1;
    dprintf(tty, "%s: ", prompt);
    do
        got = read(tty, line, size);
    while (got < 0 && errno == EINTR);
    tcsetattr(tty, TCSAFLUSH, &before);
    return got;
}

static enum err from_terminal(struct cli *cli, const char *name, bool twice,
                              char **out, struct why *why)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    char line[PASSPHRASE_MAX + 2];
    char again[PASSPHRASE_MAX + 2];
    struct buf prompt = {0};
    ssize_t got = -1;
    ssize_t more = -1;
    enum err err;

    if (tty < 0)
        return fail(why, ERR_AUTHORITY,
                    "%s needs a passphrase and there is no terminal to ask at; "
                    "use --passphrase-file or ENTENTE_PASSPHRASE",
                    name);
    buf_addf(&prompt, "%sassphrase for %s", twice ? "New p" : "P", name);
    got = read_hidden(tty, buf_text(&prompt), line, sizeof line);
    if (got > 0 && twice)
        more = read_hidden(tty, "Once more", again, sizeof again);
    close(tty);
    buf_clear(&prompt);
    if (got <= 0)
        err = fail(why, ERR_AUTHORITY, "no passphrase was given for %s", name);
    else if (twice && (more != got || memcmp(line, again, (size_t)got) != 0))
        err = fail(why, ERR_INPUT, "the two passphrases differ");
    else
        err = keep(cli, name, line, (size_t)got, out, why);
    sodium_memzero(line, sizeof line);
    sodium_memzero(again, sizeof again);
    return err;
}

enum err secret_ask(struct cli *cli, const char *name, bool twice,
                    char **passphrase, struct why *why)
{
    char *said = getenv("ENTENTE_PASSPHRASE");

    if (cli->passphrase_file != NULL)
        return from_file(cli, passphrase, why);
    if (said != NULL)
        return keep(cli, "ENTENTE_PASSPHRASE", said, strlen(said), passphrase,
                    why);
    return from_terminal(cli, name, twice, passphrase, why);
}

void secret_forget(char *passphrase)
{
    if (passphrase != NULL)
        sodium_memzero(passphrase, strlen(passphrase));
}

/* An open key speaks for whoever reads it. */
static void warn_of_readers(struct cli *cli, const char *path)
{
    struct stat about;

    if (stat(path, &about) == 0 && (about.st_mode & (S_IRGRP | S_IROTH)) != 0)
        fprintf(cli->err,
                "entente: warning: %s has no passphrase and others may read "
                "it; `chmod 600` it\n",
                path);
}

enum err secret_of_file(struct cli *cli, const char *path, char **passphrase,
                        struct why *why)
{
    struct vkey vkey;
    bool encrypted;

    *passphrase = NULL;
    TRY(key_read_public(path, &vkey, &encrypted, why));
    if (encrypted)
        return secret_ask(cli, vkey.name, false, passphrase, why);
    warn_of_readers(cli, path);
    return ERR_NONE;
}

enum err secret_read_key(struct cli *cli, const char *path, struct key **key,
                         struct why *why)
{
    char *passphrase;
    enum err err;

    TRY(secret_of_file(cli, path, &passphrase, why));
    err = key_read(path, passphrase, key, why);
    secret_forget(passphrase);
    return err;
}

static enum err make_folders_of(const char *path, struct why *why)
{
    const char *slash = strrchr(path, '/');
    char *folder;
    enum err err;

    if (slash == NULL || slash == path)
        return ERR_NONE;
    folder = mem_copy_text(path, (size_t)(slash - path));
    err = file_make_folders(folder, why);
    mem_free(folder);
    return err;
}

enum err secret_write_key(struct cli *cli, const struct key *key,
                          const char *path, bool plain, struct why *why)
{
    char *passphrase = NULL;
    enum err err = ERR_NONE;

    if (!plain)
        err = secret_ask(cli, key_vkey(key)->name, true, &passphrase, why);
    if (err == ERR_NONE)
        err = make_folders_of(path, why);
    if (err == ERR_NONE)
        err = key_write(key, path, passphrase, KEY_COST_MODERATE, why);
    secret_forget(passphrase);
    return err;
}

enum err secret_path(struct cli *cli, const char *officer, char **path,
                     struct why *why)
{
    struct slice role = slice_of(officer);
    struct slice state;
    struct buf name = {0};

    if (!slice_cut(&role, '/', &state) || !text_is_name(state) ||
        !text_is_name(role))
        return fail(why, ERR_INPUT,
                    "'%s': expected an officer, such as FR/delegate", officer);
    buf_addf(&name, "keys/%s.key", officer);
    *path = cli_path(cli, buf_text(&name));
    buf_clear(&name);
    return ERR_NONE;
}

static enum err vkey_of_file(const char *path, struct vkey *vkey,
                             struct why *why)
{
    struct buf text = {0};
    struct slice rest;
    struct slice line;
    bool encrypted;
    enum err err = file_read(path, KEY_FILE_MAX, &text, why);

    if (err == ERR_NONE && key_peek(path, text.data, text.len, vkey, &encrypted,
                                    NULL) != ERR_NONE) {
        rest = (struct slice){text.data, text.len};
        if (!slice_line(&rest, &line))
            line = rest;
        err = vkey_parse(line, vkey, why);
        if (err != ERR_NONE)
            fail_within(why, err, "%s", path);
    }
    buf_clear(&text);
    return err;
}

enum err secret_vkey(const char *text, struct vkey *vkey, struct why *why)
{
    if (strchr(text, '+') != NULL && !file_exists(text))
        return vkey_parse(slice_of(text), vkey, why);
    return vkey_of_file(text, vkey, why);
}
