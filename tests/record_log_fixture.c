#include "record_log_fixture.h"

#include "base/file.h"
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct signer *fixture_signer(void)
{
    uint8_t seed[KEY_SEED_BYTES] = {42};
    struct signer *signer = NULL;
    struct key *key = NULL;

    NEED(key_from_seed(slice_of("a.example/log"), KEY_ED25519, seed, &key,
                       NULL) == ERR_NONE);
    NEED(signer_open_key(key, &signer, NULL) == ERR_NONE);
    return signer;
}

struct slice fixture_entry(uint64_t number, char text[64])
{
    int len = snprintf(text, 64, "%llu:%.*s", (unsigned long long)number,
                       (int)(number % 50),
                       "the quick brown fox jumps over the lazy dog and again");

    return (struct slice){text, (size_t)len};
}

enum err fixture_append(struct log *log, size_t count, struct why *why)
{
    char(*text)[64] = mem_new(count, sizeof *text);
    struct slice *entries = mem_new(count, sizeof *entries);
    enum err err;

    for (size_t i = 0; i < count; i++)
        entries[i] = fixture_entry(log_size(log) + i, text[i]);
    err = log_append(log, entries, count, NULL, why);
    mem_free(entries);
    mem_free(text);
    return err;
}

bool fixture_holds(const char *dir, uint64_t least, uint64_t most)
{
    struct log_options options = {0};
    struct log_reader *reader;
    struct log_report report;
    struct slice entry, wanted;
    struct log *log;
    struct why why = {0};
    uint64_t index, size;
    bool more = true, is_held = true;
    char text[64];

    if (!CHECK_OK(log_check(dir, NULL, NULL, &report, &why), why) ||
        !CHECK_OK(log_open(dir, &options, &log, &why), why))
        return false;
    size = log_size(log);
    reader = log_reader_open(log, 0);
    while (
        CHECK_OK(log_reader_next(reader, &entry, &index, &more, &why), why) &&
        more) {
        wanted = fixture_entry(index, text);
        is_held &= entry.len == wanted.len &&
                   memcmp(entry.at, wanted.at, entry.len) == 0;
    }
    log_reader_close(reader);
    log_close(log);
    return CHECK(is_held) && CHECK(size >= least) && CHECK(size <= most);
}

/* ---- copies ---- */

static void copy_file(const char *from, const char *to)
{
    struct buf bytes = {0};
    FILE *file;

    if (file_read(from, 1 << 28, &bytes, NULL) == ERR_NONE) {
        file = fopen(to, "wb");
        if (file) {
            fwrite(buf_text(&bytes), 1, bytes.len, file);
            fclose(file);
        }
    }
    buf_clear(&bytes);
}

static void copy_tree(const char *from, const char *to)
{
    DIR *folder = opendir(from);
    struct dirent *item;

    mkdir(to, 0777);
    while (folder && (item = readdir(folder))) {
        char source[1024], target[1024];
        struct stat about;
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
            continue;
        snprintf(source, sizeof source, "%s/%s", from, item->d_name);
        snprintf(target, sizeof target, "%s/%s", to, item->d_name);
        if (stat(source, &about) < 0)
            continue;
        if (S_ISDIR(about.st_mode))
            copy_tree(source, target);
        else
            copy_file(source, target);
    }
    if (folder)
        closedir(folder);
}

static int remove_one(const char *path, const struct stat *about, int type,
                      struct FTW *where)
{
    (void)about;
    (void)type;
    (void)where;
    return remove(path);
}

void fixture_copy(const char *from, const char *to)
{
    nftw(to, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    copy_tree(from, to);
}

/* ---- the disk that fails ---- */

/* The place of a path in what is durable. */
static bool durable_path(const struct flaky *flaky, const char *path,
                         char out[1024])
{
    size_t len = strlen(flaky->dir);

    if (flaky->kind != FLAW_CRASH || strncmp(path, flaky->dir, len) != 0)
        return false;
    snprintf(out, 1024, "%s%s", flaky->durable, path + len);
    return true;
}

static bool is_dead(const struct flaky *flaky)
{
    return flaky->is_hit && flaky->kind == FLAW_CRASH;
}

/* Is this the operation to spoil (or is all lost anyway)? */
static bool spoils(struct flaky *flaky, const char *operation)
{
    if (is_dead(flaky)) {
        errno = EIO;
        return true;
    }
    if (flaky->kind == FLAW_NONE || flaky->count++ != flaky->at)
        return false;
    flaky->is_hit = true;
    snprintf(flaky->operation, sizeof flaky->operation, "%s", operation);
    errno = flaky->kind == FLAW_ENOSPC ? ENOSPC : EIO;
    return flaky->kind != FLAW_SHORT;
}

static int flaky_open(void *context, const char *path, int flags, mode_t mode)
{
    struct flaky *flaky = context;
    char other[1024];
    int fd;

    if ((flags & (O_WRONLY | O_RDWR)) != 0 && spoils(flaky, "open"))
        return -1;
    fd = open(path, flags | O_CLOEXEC, mode);
    if (fd >= 0 && fd < 256) {
        free(flaky->path_of[fd]);
        flaky->path_of[fd] = strdup(path);
    }
    if (fd >= 0 && flaky->names_are_eager && (flags & O_CREAT) &&
        durable_path(flaky, path, other)) {
        int made = open(other, O_CREAT | O_WRONLY | (flags & O_TRUNC), 0666);
        if (made >= 0)
            close(made);
    }
    return fd;
}

static int flaky_close(void *context, int fd)
{
    (void)context;
    return close(fd);
}

static ssize_t flaky_read(void *context, int fd, void *data, size_t len)
{
    if (is_dead(context)) {
        errno = EIO;
        return -1;
    }
    return read(fd, data, len);
}

static ssize_t flaky_write(void *context, int fd, const void *data, size_t len,
                           off_t at)
{
    struct flaky *flaky = context;
    bool was_hit = flaky->is_hit;

    if (spoils(flaky, "write")) {
        if (!was_hit && len > 1) /* what a full disk or a dying one takes */
            (void)!pwrite(fd, data, len / 2, at);
        return -1;
    }
    if (!was_hit && flaky->is_hit && len > 1)
        len /= 2;
    return pwrite(fd, data, len, at);
}

static int flaky_sync(void *context, int fd)
{
    struct flaky *flaky = context;
    char other[1024];

    if (spoils(flaky, "sync"))
        return -1;
    if (fd < 256 && flaky->path_of[fd] &&
        durable_path(flaky, flaky->path_of[fd], other))
        copy_file(flaky->path_of[fd], other);
    return 0;
}

static int flaky_sync_all(void *context, int fd)
{
    struct flaky *flaky = context;

    (void)fd;
    if (spoils(flaky, "sync_all"))
        return -1;
    if (flaky->kind == FLAW_CRASH)
        fixture_copy(flaky->dir, flaky->durable);
    return 0;
}

static int flaky_truncate(void *context, int fd, off_t len)
{
    struct flaky *flaky = context;
    char other[1024];

    if (spoils(flaky, "truncate"))
        return -1;
    if (flaky->names_are_eager && fd < 256 && flaky->path_of[fd] &&
        durable_path(flaky, flaky->path_of[fd], other) &&
        truncate(other, len) < 0)
        return -1;
    return ftruncate(fd, len);
}

static int flaky_rename(void *context, const char *from, const char *to)
{
    struct flaky *flaky = context;
    char other_from[1024], other_to[1024];

    if (spoils(flaky, "rename"))
        return -1;
    if (rename(from, to) < 0)
        return -1;
    if (flaky->names_are_eager && durable_path(flaky, from, other_from) &&
        durable_path(flaky, to, other_to))
        rename(other_from, other_to);
    return 0;
}

static int flaky_unlink(void *context, const char *path)
{
    struct flaky *flaky = context;
    char other[1024];

    if (spoils(flaky, "unlink"))
        return -1;
    if (flaky->names_are_eager && durable_path(flaky, path, other))
        unlink(other);
    return unlink(path);
}

static int flaky_rmdir(void *context, const char *path)
{
    struct flaky *flaky = context;
    char other[1024];

    if (spoils(flaky, "rmdir"))
        return -1;
    if (flaky->names_are_eager && durable_path(flaky, path, other))
        rmdir(other);
    return rmdir(path);
}

static int flaky_mkdir(void *context, const char *path, mode_t mode)
{
    struct flaky *flaky = context;
    char other[1024];

    if (spoils(flaky, "mkdir"))
        return -1;
    if (flaky->names_are_eager && durable_path(flaky, path, other))
        mkdir(other, mode);
    return mkdir(path, mode);
}

void flaky_init(struct flaky *flaky, const char *dir, enum flaw_kind kind,
                long at, bool names_are_eager)
{
    *flaky = (struct flaky){
        .ops = {.context = flaky,
                .open = flaky_open,
                .close = flaky_close,
                .read = flaky_read,
                .write = flaky_write,
                .sync = flaky_sync,
                .sync_all = flaky_sync_all,
                .truncate = flaky_truncate,
                .rename = flaky_rename,
                .unlink = flaky_unlink,
                .rmdir = flaky_rmdir,
                .mkdir = flaky_mkdir},
        .kind = kind,
        .at = at,
        .dir = dir,
        .names_are_eager = names_are_eager,
    };
    if (kind == FLAW_CRASH) {
        snprintf(flaky->durable, sizeof flaky->durable, "%s", test_folder());
        fixture_copy(dir, flaky->durable);
    }
}

void flaky_clear(struct flaky *flaky)
{
    for (size_t i = 0; i < 256; i++)
        free(flaky->path_of[i]);
}
