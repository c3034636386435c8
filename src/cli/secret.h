/*
 * secret.h - passphrases and officers' keys of this machine.
 *
 * A passphrase comes from --passphrase-file, else ENTENTE_PASSPHRASE, else the
 * terminal, without echo. Keys are in <dir>/keys: FR/delegate.key for the
 * officer FR/delegate, log.key for the log itself.
 */
#pragma once

#include "cli/cli.h"
#include "record/key.h"

enum { PASSPHRASE_MAX = 1024 }; /* bytes */

/*
 * Ask for the passphrase of a key.
 *
 *   twice       in   a new one: a terminal must say it twice
 *   passphrase  out  in the command's arena, wiped by secret_forget
 *
 * Fails  ERR_AUTHORITY when there is nobody to ask.
 */
enum err secret_ask(struct cli *cli, const char *name, bool twice,
                    char **passphrase, struct why *why) MUST_CHECK;
void secret_forget(char *passphrase); /* NULL does nothing */

/* The passphrase that a key file needs; NULL when it is not encrypted. */
enum err secret_of_file(struct cli *cli, const char *path, char **passphrase,
                        struct why *why) MUST_CHECK;
/* A key from its file. Owns: *key, key_close. */
enum err secret_read_key(struct cli *cli, const char *path, struct key **key,
                         struct why *why) MUST_CHECK;
/* A new key file, with its folders; encrypted unless `plain`. */
enum err secret_write_key(struct cli *cli, const struct key *key,
                          const char *path, bool plain,
                          struct why *why) MUST_CHECK;

/* Where an officer's key is kept: "FR/delegate" -> <dir>/keys/FR/delegate.key,
 * in the arena. Fails ERR_INPUT for anything else than STATE/ROLE. */
enum err secret_path(struct cli *cli, const char *officer, char **path,
                     struct why *why) MUST_CHECK;

/* A verifier key as said, or from a file: of verifier keys or a key file. */
enum err secret_vkey(const char *text, struct vkey *vkey,
                     struct why *why) MUST_CHECK;
