/*
 * corpus_main.c - replays the files of a folder through one fuzz target,
 * without libFuzzer; a target that finds a flaw aborts. VERBOSE=1 names each
 * file before it is replayed.
 */
#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SEED_MAX = 16 << 20 };

static int is_seed(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int replay(const char *folder, const char *name)
{
    struct buf path = {0};
    struct buf bytes = {0};
    struct why why;

    buf_addf(&path, "%s/%s", folder, name);
    if (file_read(buf_text(&path), SEED_MAX, &bytes, &why) != ERR_NONE) {
        fprintf(stderr, "%s\n", why.text);
        buf_clear(&path);
        return 1;
    }
    /* A copy of the exact size lets the sanitizers see one byte too far. */
    uint8_t *exact = mem_new(bytes.len ? bytes.len : 1, 1);
    for (size_t i = 0; i < bytes.len; i++)
        exact[i] = (uint8_t)bytes.data[i];
    if (getenv("VERBOSE"))
        fprintf(stderr, "%s\n", buf_text(&path));
    LLVMFuzzerTestOneInput(exact, bytes.len);
    mem_free(exact);
    buf_clear(&bytes);
    buf_clear(&path);
    return 0;
}

int main(int argc, char **argv)
{
    struct dirent **entries = NULL;
    int failed = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    int count = scandir(argv[1], &entries, is_seed, alphasort);
    if (count <= 0) {
        fprintf(stderr, "%s: no seeds\n", argv[1]);
        return 1;
    }
    for (int i = 0; i < count; i++) {
        failed |= replay(argv[1], entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    printf("%s: %d seeds replayed\n", argv[1], count);
    return failed;
}
