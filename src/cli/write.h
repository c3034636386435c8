/*
 * write.h - from what an officer wants to say to an entry in the log.
 *
 * Every command that acts goes through write_act: draft, sign, submit, report.
 */
#pragma once

#include "cli/desk.h"
#include "cli/options.h"

struct write {
    struct words as;  /* --as STATE/ROLE, the first is whose act it is */
    struct words key; /* --key FILE, further signers */
    const char *expires;
    const char *nonce;
    const char *sign_only;  /* a file, "-" is out; NULL: submit */
    const char *checkpoint; /* a file: no log is here */
    const char *vkey;       /* of the log of that checkpoint */
};

/* Add the options that all of them have. */
void write_options(struct options *options, struct write *write);

/*
 * Make an act and, unless --sign-only, submit it and say what became of it.
 *
 *   body  in  borrowed
 *
 * Returns  the exit status; everything has been said.
 */
int write_act(struct cli *cli, const struct write *write, const char *kind,
              const json_t *body);

/* Sign with the keys of --as and --key, in this order.
 *   act  in out */
enum err write_sign(struct cli *cli, const struct write *write, struct buf *act,
                    struct why *why) MUST_CHECK;

/* What became of one act: {"accepted","entry","id",...}; owns: caller. */
json_t *write_result(const struct receipt *receipt, struct slice act);
/* Tell the entries from `from` on; into `followed` (may be NULL) as JSON. */
enum err write_tell_news(struct cli *cli, const struct desk *desk,
                         uint64_t from, json_t *followed,
                         struct why *why) MUST_CHECK;
