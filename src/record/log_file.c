#include "record/log_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

void log_path(const struct log *log, const char *name, char path[LOG_PATH_SIZE])
{
    snprintf(path, LOG_PATH_SIZE, "%s/%s", log->dir, name);
}

void log_tile_path(const struct log *log, struct tile tile,
                   char path[LOG_PATH_SIZE])
{
    char name[TILE_PATH_SIZE];

    tile_path(tile, name);
    snprintf(path, LOG_PATH_SIZE, "%s/log/%s", log->dir, name);
}

/* Say "log/tile/0/000". */
static const char *name_of(const struct log *log, const char *path)
{
    size_t len = strlen(log->dir);

    return strncmp(path, log->dir, len) == 0 && path[len] == '/'
               ? path + len + 1
               : path;
}

enum err log_fail_errno(const struct log *log, const char *path,
                        struct why *why)
{
    enum err code = errno == ENOENT ? ERR_ABSENT : ERR_SYSTEM;

    return fail(why, code, "%s: %s", name_of(log, path), strerror(errno));
}

static enum err read_all(const struct log *log, int fd, const char *path,
                         size_t max, struct buf *out, struct why *why)
{
    char bytes[1 << 15];

    for (;;) {
        ssize_t n =
            log->disk->read(log->disk->context, fd, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return log_fail_errno(log, path, why);
        if (n == 0)
            return ERR_NONE;
        if ((size_t)n > max - out->len)
            return fail(why, ERR_LIMIT, "%s: more than %zu bytes",
                        name_of(log, path), max);
        buf_add(out, bytes, (size_t)n);
    }
}

enum err log_read_file(const struct log *log, const char *path, size_t max,
                       struct buf *out, struct why *why)
{
    /* A pipe in place of a file must not keep us waiting. */
    int fd =
        log->disk->open(log->disk->context, path, O_RDONLY | O_NONBLOCK, 0);
    enum err err;

    buf_reset(out);
    if (fd < 0)
        return log_fail_errno(log, path, why);
    err = read_all(log, fd, path, max, out, why);
    log->disk->close(log->disk->context, fd);
    return err;
}

enum err log_write_at(const struct log *log, int fd, const char *path,
                      const void *data, size_t len, uint64_t at,
                      struct why *why)
{
    const char *bytes = data;

    while (len > 0) {
        ssize_t n =
            log->disk->write(log->disk->context, fd, bytes, len, (off_t)at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return log_fail_errno(log, path, why);
        bytes += n;
        at += (uint64_t)n;
        len -= (size_t)n;
    }
    return ERR_NONE;
}

enum err log_make_folders(const struct log *log, const char *path,
                          struct why *why)
{
    char folder[LOG_PATH_SIZE];

    snprintf(folder, sizeof folder, "%s", path);
    for (char *at = folder + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        if (log->disk->mkdir(log->disk->context, folder, 0777) < 0 &&
            errno != EEXIST)
            return log_fail_errno(log, folder, why);
        *at = '/';
    }
    return ERR_NONE;
}

static enum err write_new(const struct log *log, const char *path,
                          const void *data, size_t len, bool is_synced,
                          struct why *why)
{
    const struct disk_ops *disk = log->disk;
    int fd =
        disk->open(disk->context, path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    enum err err;

    if (fd < 0)
        return log_fail_errno(log, path, why);
    err = log_write_at(log, fd, path, data, len, 0, why);
    if (!err && is_synced && disk->sync(disk->context, fd) < 0)
        err = log_fail_errno(log, path, why);
    if (disk->close(disk->context, fd) < 0 && !err)
        err = log_fail_errno(log, path, why);
    return err;
}

static enum err replace(const struct log *log, const char *path,
                        const void *data, size_t len, bool is_synced,
                        struct why *why)
{
    const struct disk_ops *disk = log->disk;
    char made[LOG_PATH_SIZE];
    enum err err;

    log_path(log, "new", made);
    err = write_new(log, made, data, len, is_synced, why);
    if (!err && disk->rename(disk->context, made, path) < 0) {
        err = errno == ENOENT ? log_make_folders(log, path, why)
                              : log_fail_errno(log, path, why);
        if (!err && disk->rename(disk->context, made, path) < 0)
            err = log_fail_errno(log, path, why);
    }
    if (err)
        disk->unlink(disk->context, made);
    return err == ERR_ABSENT ? ERR_SYSTEM : err;
}

enum err log_write_file(const struct log *log, const char *path,
                        const void *data, size_t len, struct why *why)
{
    return replace(log, path, data, len, false, why);
}

enum err log_write_durably(const struct log *log, const char *path,
                           const void *data, size_t len, struct why *why)
{
    TRY(replace(log, path, data, len, true, why));
    if (log->disk->sync_all(log->disk->context, log->folder_fd) < 0)
        return log_fail_errno(log, path, why);
    return ERR_NONE;
}
