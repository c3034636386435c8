/*
 * make_log.c - write a log of so many entries: make_log FOLDER ENTRIES
 */
#include "record/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void need(enum err err, const struct why *why)
{
    if (!err)
        return;
    fprintf(stderr, "make_log: %s\n", why->text);
    exit(3);
}

static void fill(struct log *log, unsigned long size)
{
    char bytes[800];
    struct slice entries[100];
    size_t count = 0;
    struct why why;

    memset(bytes, '#', sizeof bytes);
    for (unsigned long i = 0; i < size; i++) {
        entries[count++] = (struct slice){bytes, i * 7 % sizeof bytes};
        if (count <= i % 100 && i + 1 < size)
            continue;
        need(log_append(log, entries, count, NULL, &why), &why);
        count = 0;
    }
}

int main(int argc, char **argv)
{
    struct log_options options = {0};
    struct signer *signer;
    struct key *key;
    struct log *log;
    struct why why;

    if (argc != 3)
        return 2;
    need(key_generate(slice_of("willing.example/log"), KEY_ED25519, &key, &why),
         &why);
    need(signer_open_key(key, &signer, &why), &why);
    need(log_create(argv[1], signer, NULL, &why), &why);
    options.signer = signer;
    need(log_open(argv[1], &options, &log, &why), &why);
    fill(log, strtoul(argv[2], NULL, 10));
    log_close(log);
    signer_close(signer);
    return 0;
}
