#include "base/file.h"
#include "record/tile.h"
#include "record_log_fixture.h"
#include "test.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A log with `count` entries in a fresh folder, closed again. */
static const char *make_log(uint64_t count)
{
    const char *dir = test_folder();
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer};
    struct log *log;
    struct why why;

    CHECK_OK(log_create(dir, signer, NULL, &why), why);
    NEED(log_open(dir, &options, &log, &why) == ERR_NONE);
    while (count > 0) {
        size_t part = count > 100 ? 100 : (size_t)count;
        CHECK_OK(fixture_append(log, part, &why), why);
        count -= part;
    }
    log_close(log);
    signer_close(signer);
    return dir;
}

static struct log *open_reader(const char *dir)
{
    struct log_options options = {0};
    struct log *log = NULL;

    NEED(log_open(dir, &options, &log, NULL) == ERR_NONE);
    return log;
}

TEST(log_is_created_once_and_never_over_another)
{
    const char *dir = make_log(0);
    struct signer *signer = fixture_signer();
    struct hash empty = hash_empty();
    struct log *log;
    struct why why;

    CHECK_WHY(log_create(dir, signer, NULL, &why), ERR_STATE, why, "already");
    log = open_reader(dir);
    CHECK_INT(log_size(log), 0);
    struct hash root = log_root(log);
    CHECK(hash_same(&root, &empty));
    log_close(log);
    CHECK(fixture_holds(dir, 0, 0));
    struct log_options options = {.signer = signer};
    CHECK_WHY(log_open(test_folder(), &options, &log, &why), ERR_ABSENT, why,
              "no log here");
    signer_close(signer);
}

TEST(log_is_not_named_like_the_first_line_of_another_note)
{
    struct why why;
    uint8_t seed[KEY_SEED_BYTES] = {1};
    static const char *const names[] = {"willing.example/act/v1",
                                        "cosignature/v1"};

    for (size_t i = 0; i < 2; i++) {
        struct signer *signer;
        struct key *key;
        NEED(key_from_seed(slice_of(names[i]), KEY_ED25519, seed, &key, NULL) ==
             ERR_NONE);
        NEED(signer_open_key(key, &signer, NULL) == ERR_NONE);
        CHECK_WHY(log_create(test_folder(), signer, NULL, &why), ERR_INPUT, why,
                  "cannot be named");
        signer_close(signer);
    }
}

TEST(log_keeps_what_was_appended_in_groups_of_any_size)
{
    static const size_t groups[] = {1, 1, 253, 1, 1, 255, 512, 3, 700};
    const char *dir = make_log(0);
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer};
    struct merkle_range range = {0};
    struct log *log;
    struct why why;
    uint64_t size = 0;
    char text[64];

    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        NEED(log_open(dir, &options, &log, &why) == ERR_NONE);
        CHECK_OK(fixture_append(log, groups[i], &why), why);
        for (size_t k = 0; k < groups[i]; k++) {
            struct slice entry = fixture_entry(size++, text);
            struct hash leaf = hash_leaf(entry.at, entry.len);
            merkle_add(&range, &leaf);
        }
        struct hash root = log_root(log), wanted = merkle_root(&range);
        CHECK(hash_same(&root, &wanted));
        CHECK_INT(log_size(log), size);
        log_close(log);
        CHECK(fixture_holds(dir, size, size));
    }
    signer_close(signer);
}

TEST(log_refuses_groups_beyond_its_bounds_and_stays_as_it_was)
{
    const char *dir = make_log(3);
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer};
    char *big = mem_new(LOG_ENTRY_MAX + 1, 1);
    struct slice entry = {big, LOG_ENTRY_MAX + 1};
    struct log *log;
    struct why why;

    NEED(log_open(dir, &options, &log, &why) == ERR_NONE);
    CHECK_WHY(log_append(log, &entry, 1, NULL, &why), ERR_LIMIT, why, "65535");
    CHECK_WHY(log_append(log, &entry, 0, NULL, &why), ERR_LIMIT, why, "0");
    entry.len--;
    CHECK_OK(log_append(log, &entry, 1, NULL, &why), why);
    log_close(log);
    CHECK_OK(log_check(dir, NULL, NULL, NULL, &why), why);
    log = open_reader(dir);
    CHECK_WHY(log_append(log, &entry, 1, NULL, &why), ERR_STATE, why,
              "reading only");
    log_close(log);
    mem_free(big);
    signer_close(signer);
}

TEST(log_knows_every_root_it_ever_had_and_proves_it)
{
    enum { SIZE = 600 };
    const char *dir = make_log(SIZE);
    struct log *log = open_reader(dir);
    struct hash *roots = mem_new(SIZE + 1, sizeof *roots);
    struct merkle_range range = {0};
    struct merkle_proof proof;
    struct buf entry = {0};
    struct why why;
    char text[64];
    bool known;

    for (uint64_t n = 0; n <= SIZE; n++) {
        struct slice wanted = fixture_entry(n, text);
        struct hash leaf = hash_leaf(wanted.at, wanted.len), root;
        roots[n] = merkle_root(&range);
        CHECK_OK(log_root_at(log, n, &root, &why), why);
        CHECK(hash_same(&root, &roots[n]));
        CHECK_OK(log_knows(log, n, &root, &known, &why), why);
        CHECK(known);
        root.b[0] ^= 1;
        CHECK_OK(log_knows(log, n, &root, &known, &why), why);
        CHECK(!known);
        if (n == SIZE)
            break;
        merkle_add(&range, &leaf);
        buf_reset(&entry);
        CHECK_OK(log_entry(log, n, &entry, &why), why);
        CHECK_TEXT(buf_text(&entry), text);
        uint64_t size = n + 1 + (n * 7919) % (SIZE - n);
        CHECK_OK(log_prove_inclusion(log, n, size, &proof, &why), why);
        CHECK_OK(log_root_at(log, size, &root, &why), why);
        CHECK(merkle_verify_inclusion(n, size, &leaf, proof.hash, proof.count,
                                      &root));
        CHECK_OK(log_prove_consistency(log, n, size, &proof, &why), why);
        CHECK(n == 0 || merkle_verify_consistency(n, size, &roots[n], &root,
                                                  proof.hash, proof.count));
    }
    CHECK_OK(log_knows(log, SIZE + 1, roots, &known, &why), why);
    CHECK(!known);
    CHECK_WHY(log_root_at(log, SIZE + 1, roots, &why), ERR_ABSENT, why, "601");
    CHECK_WHY(log_entry(log, SIZE, &entry, &why), ERR_ABSENT, why, "600");
    CHECK_WHY(log_prove_inclusion(log, 5, SIZE + 1, &proof, &why), ERR_ABSENT,
              why, "600");
    mem_free(roots);
    buf_clear(&entry);
    log_close(log);
}

TEST(log_reader_starts_anywhere)
{
    const char *dir = make_log(300);
    struct log *log = open_reader(dir);
    static const uint64_t from[] = {0, 1, 255, 256, 299, 300};

    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        struct log_reader *reader = log_reader_open(log, from[i]);
        uint64_t next = from[i], index;
        struct slice entry;
        struct why why;
        bool more = true;
        while (CHECK_OK(log_reader_next(reader, &entry, &index, &more, &why),
                        why) &&
               more)
            CHECK(index == next++);
        CHECK_INT(next, 300);
        log_reader_close(reader);
    }
    log_close(log);
}

TEST(log_is_written_by_one_process_which_is_named)
{
    const char *dir = make_log(1);
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer, .lock_wait_ms = 30};
    struct log *log, *second;
    struct why why;
    char pid[32];

    NEED(log_open(dir, &options, &log, &why) == ERR_NONE);
    snprintf(pid, sizeof pid, "process %ld", (long)getpid());
    CHECK_WHY(log_open(dir, &options, &second, &why), ERR_STATE, why, pid);
    log_close(log);
    CHECK_OK(log_open(dir, &options, &log, &why), why);
    log_close(log);
    signer_close(signer);
}

TEST(log_is_written_with_its_own_key_only)
{
    const char *dir = make_log(1);
    uint8_t seed[KEY_SEED_BYTES] = {43};
    struct signer *signer;
    struct log *log;
    struct why why;
    struct key *key;

    NEED(key_from_seed(slice_of("a.example/log"), KEY_ED25519, seed, &key,
                       NULL) == ERR_NONE);
    struct vkey wrong = *key_vkey(key);
    NEED(signer_open_key(key, &signer, NULL) == ERR_NONE);
    struct log_options options = {.signer = signer};
    CHECK_WHY(log_open(dir, &options, &log, &why), ERR_AUTHORITY, why,
              "not the one of this log");
    CHECK_WHY(log_check(dir, &wrong, NULL, NULL, &why), ERR_AUTHORITY, why,
              "log/checkpoint");
    signer_close(signer);
}

TEST(log_shows_cosignatures_until_it_grows)
{
    const char *dir = make_log(5);
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer};
    uint8_t seed[KEY_SEED_BYTES] = {9};
    uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES];
    struct key *witness;
    struct log *log;
    struct note note;
    struct why why;

    NEED(key_from_seed(slice_of("w.example"), KEY_COSIGNATURE, seed, &witness,
                       NULL) == ERR_NONE);
    NEED(log_open(dir, &options, &log, &why) == ERR_NONE);
    for (int i = 0; i < 2; i++) { /* the second replaces the first */
        struct slice bytes = log_checkpoint(log);
        NEED(note_parse(bytes.at, bytes.len, &note, &why) == ERR_NONE);
        CHECK_OK(checkpoint_cosign(note.text, witness, (struct when){5 + i},
                                   payload, &why),
                 why);
        CHECK_OK(log_add_cosignature(log, key_vkey(witness), payload, &why),
                 why);
    }
    payload[20] ^= 1;
    CHECK_WHY(log_add_cosignature(log, key_vkey(witness), payload, &why),
              ERR_AUTHORITY, why, "does not hold");
    log_close(log);
    NEED(log_open(dir, &options, &log, &why) == ERR_NONE);
    struct slice bytes = log_checkpoint(log);
    NEED(note_parse(bytes.at, bytes.len, &note, &why) == ERR_NONE);
    CHECK_INT(note.count, 2);
    CHECK(note_find(&note, key_vkey(witness)) != NULL);
    CHECK_OK(fixture_append(log, 1, &why), why);
    bytes = log_checkpoint(log);
    NEED(note_parse(bytes.at, bytes.len, &note, &why) == ERR_NONE);
    CHECK_INT(note.count, 1);
    log_close(log);
    CHECK(fixture_holds(dir, 6, 6));
    key_close(witness);
    signer_close(signer);
}

/* ---- damage ---- */

/* A flipped bit must be found, and the file or an entry in it named. */
static void flip(const char *dir, const char *name, size_t step)
{
    char path[1024];
    struct buf bytes = {0};
    struct why why;

    snprintf(path, sizeof path, "%s/log/%s", dir, name);
    NEED(file_read(path, 1 << 24, &bytes, &why) == ERR_NONE);
    for (size_t i = 0; i < bytes.len; i += step) {
        FILE *file = fopen(path, "r+b");
        NEED(file != NULL);
        fseek(file, (long)i, SEEK_SET);
        fputc(bytes.data[i] ^ (1 << i % 8), file);
        fclose(file);
        enum err err = log_check(dir, NULL, NULL, NULL, &why);
        if (!CHECK(err != ERR_NONE &&
                   (strstr(why.text, name) || strstr(why.text, "checkpoint"))))
            printf("  %s byte %zu: %s\n", name, i, why.text);
        file = fopen(path, "r+b");
        NEED(file != NULL);
        fwrite(bytes.data, 1, bytes.len, file);
        fclose(file);
    }
    buf_clear(&bytes);
}

static void flip_all(const char *dir, const char *folder)
{
    char path[1024], name[512];
    struct dirent *item;
    DIR *open;

    snprintf(path, sizeof path, "%s/log/%s", dir, folder);
    open = opendir(path);
    while (open && (item = readdir(open))) {
        struct stat about;
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
            continue;
        snprintf(name, sizeof name, "%s%s%s", folder, *folder ? "/" : "",
                 item->d_name);
        snprintf(path, sizeof path, "%s/log/%s", dir, name);
        NEED(stat(path, &about) == 0);
        if (S_ISDIR(about.st_mode))
            flip_all(dir, name);
        else
            flip(dir, name, about.st_size > 2000 ? 61 : 1);
    }
    if (open)
        closedir(open);
}

TEST(log_with_any_bit_flipped_is_found_and_the_file_named)
{
    const char *dir = make_log(299);
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer};
    struct log *log;
    struct why why;

    NEED(log_open(dir, &options, &log, &why) == ERR_NONE);
    CHECK_OK(fixture_append(log, 3, &why), why); /* superseded files stay */
    log_close(log);
    CHECK(fixture_holds(dir, 302, 302));
    flip_all(dir, "");
    CHECK(fixture_holds(dir, 302, 302));
    signer_close(signer);
}

TEST(log_check_tells_an_altered_entry_from_an_altered_tile)
{
    const char *dir = make_log(300);
    struct why why;
    char path[1024];
    FILE *file;

    snprintf(path, sizeof path, "%s/log/tile/entries/000", dir);
    file = fopen(path, "r+b");
    NEED(file != NULL);
    fseek(file, 3, SEEK_SET);
    fputc('X', file);
    fclose(file);
    CHECK_WHY(log_check(dir, NULL, NULL, NULL, &why), ERR_INPUT, why,
              "entry 0 (in log/tile/entries/000)");
    file = fopen(path, "r+b");
    NEED(file != NULL);
    fseek(file, 3, SEEK_SET);
    fputc(':', file);
    fclose(file);
    snprintf(path, sizeof path, "%s/log/tile/0/001.p/44", dir);
    file = fopen(path, "r+b");
    NEED(file != NULL);
    fseek(file, 32 * 5, SEEK_SET);
    fputc('X', file);
    fputc('X', file);
    fclose(file);
    CHECK_WHY(log_check(dir, NULL, NULL, NULL, &why), ERR_INPUT, why,
              "log/tile/0/001.p/44: the hash of entry 261 (byte 160)");
}

TEST(log_without_one_of_its_files_says_which)
{
    static const char *const names[] = {
        "checkpoint",     "tile/0/000",       "tile/0/001.p/44",
        "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"};
    struct why why;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *dir = make_log(300);
        char path[1024];
        snprintf(path, sizeof path, "%s/log/%s", dir, names[i]);
        NEED(unlink(path) == 0);
        enum err err = log_check(dir, NULL, NULL, NULL, &why);
        if (!CHECK(err != ERR_NONE && strstr(why.text, names[i])))
            printf("  %s: %s\n", names[i], why.text);
    }
}

TEST(log_does_not_wait_at_a_pipe_in_place_of_a_file)
{
    static const char *const names[] = {"log/checkpoint", "log/tile/0/000.p/10",
                                        "log/tile/entries/000.p/10", "vkey"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *dir = make_log(10);
        char path[1024];
        struct why why;
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        NEED(unlink(path) == 0 && mkfifo(path, 0666) == 0);
        CHECK_WHY(log_check(dir, NULL, NULL, NULL, &why), ERR_INPUT, why,
                  names[i]);
    }
}

TEST(log_check_counts_strangers_and_is_not_troubled_by_them)
{
    const char *dir = make_log(10);
    struct log_report report;
    char path[1024];
    struct why why;

    snprintf(path, sizeof path, "%s/log/README", dir);
    CHECK_OK(file_write(path, "x", 1, 0666, false, &why), why);
    snprintf(path, sizeof path, "%s/log/tile/0/000.p/77", dir);
    CHECK_OK(file_write(path, "x", 1, 0666, false, &why), why);
    CHECK_OK(log_check(dir, NULL, NULL, &report, &why), why);
    CHECK_INT(report.entries, 10);
    CHECK_INT(report.strangers, 1);
    CHECK_TEXT(report.stranger, "README");
    CHECK_INT(report.ahead, 1);
}

/* Is the tile or bundle over `width` hashes of the first 256 there? */
static bool has_partial(const char *dir, const char *level, unsigned width)
{
    char path[1024];

    snprintf(path, sizeof path, "%s/log/tile/%s/000.p/%u", dir, level, width);
    return file_exists(path);
}

/* C2SP tlog-tiles: "Logs MUST serve partial tiles corresponding to tree sizes
 * for which a checkpoint was produced, but MAY delete any partial tile once
 * the corresponding full tile is available". */
TEST(log_keeps_every_partial_tile_until_it_is_full)
{
    const char *dir = make_log(10);
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer};
    struct log_report report;
    struct log *log;
    struct why why;

    CHECK_OK(log_open(dir, &options, &log, &why), why);
    while (log_size(log) < 250)
        CHECK_OK(fixture_append(log, 5, &why), why);
    log_close(log);
    for (unsigned width = 10; width <= 250; width += 5) {
        CHECK(has_partial(dir, "0", width));
        CHECK(has_partial(dir, "entries", width));
    }
    CHECK_OK(log_check(dir, NULL, NULL, &report, &why), why);
    CHECK_INT(report.strangers, 0);
    CHECK_OK(log_open(dir, &options, &log, &why), why);
    CHECK_OK(fixture_append(log, 3, &why), why);
    CHECK_OK(fixture_append(log, 5, &why), why);
    log_close(log);
    for (unsigned width = 1; width <= 255; width++) {
        CHECK(!has_partial(dir, "0", width));
        CHECK(!has_partial(dir, "entries", width));
    }
    CHECK(fixture_holds(dir, 258, 258));
    signer_close(signer);
}

/* ---- the journal ---- */

/* What a killed writer leaves: a copy taken while the log is open. */
static const char *make_interrupted(size_t groups)
{
    const char *dir = make_log(250), *copy = test_folder();
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer};
    struct log *log;
    struct why why;

    NEED(log_open(dir, &options, &log, &why) == ERR_NONE);
    while (groups-- > 0)
        CHECK_OK(fixture_append(log, 4, &why), why);
    fixture_copy(dir, copy);
    log_close(log);
    signer_close(signer);
    return copy;
}

static void append_bytes(const char *dir, const char *name, const void *data,
                         size_t len)
{
    char path[1024];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    file = fopen(path, "ab");
    NEED(file != NULL);
    fwrite(data, 1, len, file);
    fclose(file);
}

TEST(journal_torn_at_its_tail_is_cut_and_the_bytes_are_counted)
{
    const char *dir = make_interrupted(3);
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer};
    struct log *log;
    struct why why;

    append_bytes(dir, "journal", "EntJrnl1 and no more", 20);
    CHECK_OK(log_open(dir, &options, &log, &why), why);
    CHECK_INT(log_dropped_bytes(log), 20);
    CHECK_INT(log_size(log), 262);
    CHECK_OK(fixture_append(log, 1, &why), why);
    log_close(log);
    CHECK(fixture_holds(dir, 263, 263));
    signer_close(signer);
}

TEST(journal_brings_back_tiles_and_checkpoint_that_were_lost)
{
    const char *dir = make_interrupted(3);
    const char *before = make_log(250);
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer};
    char from[1024], to[1024];
    struct log *log;
    struct why why;

    /* Everything as it was at 250, but for the journal. */
    snprintf(from, sizeof from, "%s/log", before);
    snprintf(to, sizeof to, "%s/log", dir);
    fixture_copy(from, to);
    CHECK_OK(log_open(dir, &options, &log, &why), why);
    CHECK_INT(log_size(log), 262);
    CHECK_INT(log_recovered(log), 12);
    snprintf(to, sizeof to, "%s/log/tile/0/000.p/254", dir);
    CHECK(!file_exists(to)); /* full */
    snprintf(to, sizeof to, "%s/log/tile/0/001.p/2", dir);
    CHECK(file_exists(to)); /* at size 258, published on the way to 262 */
    log_close(log);
    CHECK(fixture_holds(dir, 262, 262));
    signer_close(signer);
}

TEST(journal_damaged_in_the_middle_is_refused_by_its_byte)
{
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer};
    struct buf bytes = {0};
    struct log *log;
    struct why why;

    for (size_t i = 0; i < 300; i += 17) {
        const char *dir = make_interrupted(3);
        char path[1024];
        snprintf(path, sizeof path, "%s/journal", dir);
        buf_reset(&bytes);
        NEED(file_read(path, 1 << 20, &bytes, &why) == ERR_NONE);
        bytes.data[i] ^= 4;
        NEED(file_write(path, bytes.data, bytes.len, 0666, false, &why) ==
             ERR_NONE);
        CHECK_WHY(log_open(dir, &options, &log, &why), ERR_INPUT, why,
                  "journal, byte ");
    }
    buf_clear(&bytes);
    signer_close(signer);
}

TEST(journal_that_ends_before_the_checkpoint_is_refused)
{
    const char *dir = make_interrupted(2);
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer};
    struct stat about;
    char path[1024];
    struct log *log;
    struct why why;

    snprintf(path, sizeof path, "%s/journal", dir);
    NEED(stat(path, &about) == 0 && truncate(path, about.st_size - 1) == 0);
    CHECK_WHY(log_open(dir, &options, &log, &why), ERR_INPUT, why,
              "the end of the journal is damaged");
    signer_close(signer);
}

TEST(log_with_a_damaged_right_edge_is_not_opened_for_writing)
{
    static const char *const names[] = {"tile/0/001.p/44", "tile/1/000.p/1",
                                        "tile/entries/001.p/44"};
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer};
    struct log *log;
    struct why why;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *dir = make_log(300);
        char path[1024];
        snprintf(path, sizeof path, "%s/log/%s", dir, names[i]);
        FILE *file = fopen(path, "r+b");
        NEED(file != NULL);
        fseek(file, 3, SEEK_SET);
        fputc('X', file);
        fclose(file);
        CHECK_WHY(log_open(dir, &options, &log, &why), ERR_INPUT, why, "hash");
    }
    signer_close(signer);
}

TEST(log_that_went_back_or_forked_is_noticed_by_its_readers)
{
    const char *dir = make_log(300), *other = make_log(200);
    struct log *log = open_reader(dir);
    char from[1024], to[1024];
    struct why why;

    CHECK_OK(log_refresh(log, &why), why);
    snprintf(from, sizeof from, "%s/log", other);
    snprintf(to, sizeof to, "%s/log", dir);
    fixture_copy(from, to);
    CHECK_WHY(log_refresh(log, &why), ERR_INPUT, why, "went back");
    log_close(log);
}

/* ---- faults ---- */

static const size_t flaw_groups[] = {3, 300, 1, 2, 260, 1};
enum { FLAW_GROUPS = 6 };

/* Run the same appends over a disk with one flaw. Returns false when the flaw
 * lies beyond the last operation. */
static bool run_flawed(const char *start, enum flaw_kind kind, long at,
                       bool names_are_eager)
{
    struct signer *signer = fixture_signer();
    const char *dir = test_folder();
    struct log_options options = {.signer = signer, .journal_max = 20000};
    uint64_t least = 254, most = 254;
    struct flaky flaky, sound;
    bool is_refused = false;
    struct log *log;
    struct why why;

    fixture_copy(start, dir);
    flaky_init(&flaky, dir, kind, at, names_are_eager);
    options.disk = &flaky.ops;
    if (log_open(dir, &options, &log, &why) == ERR_NONE) {
        for (size_t i = 0; i < FLAW_GROUPS; i++) {
            enum err err = fixture_append(log, flaw_groups[i], &why);
            if (most < log_size(log) + flaw_groups[i])
                most = log_size(log) + flaw_groups[i];
            if (!err) {
                least = log_size(log);
                CHECK(!is_refused); /* once refused, until opened again */
            } else if (err == ERR_STATE) {
                is_refused = true;
            }
            if (kind == FLAW_SHORT)
                CHECK_OK(err, why);
            if (kind == FLAW_ENOSPC && err == ERR_SYSTEM &&
                strcmp(flaky.operation, "write") == 0 &&
                !strstr(why.text, "must be opened again"))
                most = log_size(log); /* it must not come back */
        }
        log_close(log);
    }
    if (kind == FLAW_CRASH)
        dir = flaky.durable;
    flaky_init(&sound, dir, FLAW_NONE, 0, false);
    options.disk = &sound.ops;
    if (CHECK_OK(log_open(dir, &options, &log, &why), why)) {
        CHECK_OK(fixture_append(log, 1, &why), why);
        log_close(log);
        if (!fixture_holds(dir, least + 1, most + 1))
            printf("  flaw %d at %ld (%s)\n", kind, at, flaky.operation);
    }
    flaky_clear(&flaky);
    flaky_clear(&sound);
    signer_close(signer);
    return flaky.is_hit;
}

/* Thousands of files: in memory, where the system has a folder for that. */
static void run_flaws(enum flaw_kind kind, bool names_are_eager)
{
    const char *usual = getenv("TMPDIR");
    long at = 0;

    if (!usual && access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 1);
    const char *start = make_log(254);
    while (run_flawed(start, kind, at, names_are_eager))
        at++;
    if (!usual)
        unsetenv("TMPDIR");
    CHECK(at > 50); /* there were operations to spoil */
}

TEST(log_survives_an_io_error_at_any_operation)
{
    run_flaws(FLAW_EIO, false);
}

TEST(log_survives_a_full_disk_at_any_operation)
{
    run_flaws(FLAW_ENOSPC, false);
}

TEST(log_completes_writes_that_the_disk_cuts_short)
{
    run_flaws(FLAW_SHORT, false);
}

TEST(log_survives_power_cuts_that_lose_all_that_was_not_synced)
{
    run_flaws(FLAW_CRASH, false);
}

TEST(log_survives_power_cuts_that_keep_names_and_lose_bytes)
{
    run_flaws(FLAW_CRASH, true);
}

/* A log at rest has no journal to make a lost checkpoint from. */
TEST(log_survives_power_cuts_while_it_is_cosigned)
{
    uint8_t seed[KEY_SEED_BYTES] = {9};
    uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES];
    const char *start = make_log(10);
    struct signer *signer = fixture_signer();
    struct key *witness;
    bool is_hit = true;
    struct why why;
    long at = 0;

    NEED(key_from_seed(slice_of("w.example"), KEY_COSIGNATURE, seed, &witness,
                       NULL) == ERR_NONE);
    for (; is_hit; at++) {
        const char *dir = test_folder();
        struct log_options options = {.signer = signer};
        struct flaky flaky;
        struct log *log;
        struct note note;
        bool is_told = false;

        fixture_copy(start, dir);
        flaky_init(&flaky, dir, FLAW_CRASH, at, true);
        options.disk = &flaky.ops;
        if (log_open(dir, &options, &log, &why) == ERR_NONE) {
            struct slice bytes = log_checkpoint(log);
            NEED(note_parse(bytes.at, bytes.len, &note, &why) == ERR_NONE);
            CHECK_OK(checkpoint_cosign(note.text, witness, (struct when){5},
                                       payload, &why),
                     why);
            is_told = log_add_cosignature(log, key_vkey(witness), payload,
                                          &why) == ERR_NONE;
            log_close(log);
        }
        options.disk = NULL;
        if (CHECK_OK(log_open(flaky.durable, &options, &log, &why), why)) {
            struct slice bytes = log_checkpoint(log);
            NEED(note_parse(bytes.at, bytes.len, &note, &why) == ERR_NONE);
            CHECK(!is_told || note_find(&note, key_vkey(witness)));
            log_close(log);
        }
        CHECK(fixture_holds(flaky.durable, 10, 10));
        is_hit = flaky.is_hit;
        flaky_clear(&flaky);
    }
    CHECK(at > 5);
    key_close(witness);
    signer_close(signer);
}

/* ---- processes ---- */

/* Append single entries for ever; after each, say how many there are. */
_Noreturn static void write_on(const char *dir, int say)
{
    uint8_t seed[KEY_SEED_BYTES] = {42};
    struct log_options options = {.lock_wait_ms = 2000, .journal_max = 4000};
    struct signer *signer;
    struct key *key;
    struct log *log;

    if (key_from_seed(slice_of("a.example/log"), KEY_ED25519, seed, &key,
                      NULL) ||
        signer_open_key(key, &signer, NULL))
        _exit(2);
    options.signer = signer;
    if (log_open(dir, &options, &log, NULL))
        _exit(3);
    for (;;) {
        uint64_t size;
        if (fixture_append(log, 1 + log_size(log) % 3, NULL))
            _exit(4);
        size = log_size(log);
        if (write(say, &size, sizeof size) != sizeof size)
            _exit(0);
    }
}

static pid_t start_writer(const char *dir, int *hear)
{
    int ends[2];
    pid_t child;

    NEED(pipe(ends) == 0);
    child = fork();
    NEED(child >= 0);
    if (child == 0) {
        close(ends[0]);
        write_on(dir, ends[1]);
    }
    close(ends[1]);
    *hear = ends[0];
    return child;
}

TEST(log_loses_nothing_acknowledged_when_its_writer_is_killed)
{
    const char *dir = make_log(0);
    uint64_t acknowledged = 0, size;
    struct signer *signer = fixture_signer();
    struct log_options options = {.signer = signer, .lock_wait_ms = 2000};

    for (int round = 0; round < 50; round++) {
        int hear;
        pid_t child = start_writer(dir, &hear);
        struct timespec pause = {0, (7 + round * 997 % 31) * 1000000L};
        struct log *log;
        struct why why;
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        while (read(hear, &size, sizeof size) == sizeof size)
            acknowledged = size;
        close(hear);
        waitpid(child, NULL, 0);
        if (!CHECK_OK(log_open(dir, &options, &log, &why), why))
            break;
        CHECK(log_size(log) >= acknowledged);
        CHECK(log_size(log) <= acknowledged + 3); /* one group under way */
        acknowledged = log_size(log);
        log_close(log);
        if (round % 10 == 9)
            CHECK(fixture_holds(dir, acknowledged, acknowledged));
    }
    CHECK(acknowledged > 50);
    signer_close(signer);
}

TEST(log_is_read_while_it_is_written)
{
    const char *dir = make_log(200);
    int hear;
    pid_t child = start_writer(dir, &hear);
    struct log *log = open_reader(dir);
    struct buf entry = {0};
    struct merkle_proof proof;
    struct why why;
    char text[64];

    for (uint64_t turn = 0; turn < 4000 && log_size(log) < 900; turn++) {
        uint64_t size = log_size(log), index = turn * 7919 % size;
        if (!CHECK_OK(log_refresh(log, &why), why))
            break;
        buf_reset(&entry);
        fixture_entry(index, text);
        CHECK_OK(log_entry(log, index, &entry, &why), why);
        CHECK_TEXT(buf_text(&entry), text);
        CHECK_OK(log_prove_inclusion(log, index, size, &proof, &why), why);
        CHECK_OK(log_prove_consistency(log, size, log_size(log), &proof, &why),
                 why);
        if (turn % 50 == 0)
            CHECK_OK(log_check(dir, NULL, NULL, NULL, &why), why);
    }
    CHECK(log_size(log) > 200);
    kill(child, SIGKILL);
    close(hear);
    waitpid(child, NULL, 0);
    buf_clear(&entry);
    log_close(log);
}
