#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err fail_errno(struct why *why, const char *path)
{
    enum err code = errno == ENOENT || errno == ENOTDIR ? ERR_ABSENT
                    : errno == EISDIR                   ? ERR_INPUT
                                                        : ERR_SYSTEM;

    return fail(why, code, "%s: %s", path, strerror(errno));
}

static enum err read_all(int fd, const char *path, size_t max, struct buf *out,
                         struct why *why)
{
    char block[64 << 10];
    size_t total = 0;

    for (;;) {
        ssize_t got = read(fd, block, sizeof block);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_errno(why, path);
        if (got == 0)
            return ERR_NONE;
        total += (size_t)got;
        if (total > max)
            return fail(why, ERR_LIMIT, "%s: larger than %zu bytes", path, max);
        buf_add(out, block, (size_t)got);
    }
}

enum err file_read(const char *path, size_t max, struct buf *out,
                   struct why *why)
{
    bool standard = strcmp(path, "-") == 0;
    size_t before = out->len;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return fail_errno(why, path);
    enum err err =
        read_all(fd, standard ? "standard input" : path, max, out, why);
    if (err != ERR_NONE && out->data) {
        out->len = before;
        out->data[before] = '\0';
    }
    if (!standard)
        close(fd);
    return err;
}

static enum err write_all(int fd, const char *path, const char *data,
                          size_t len, struct why *why)
{
    while (len > 0) {
        ssize_t done = write(fd, data, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return fail_errno(why, path);
        data += done;
        len -= (size_t)done;
    }
    return ERR_NONE;
}

/* Open "<path>.new-<pid>-<n>", which must not exist yet. */
static int open_beside(const char *path, int mode, struct buf *name)
{
    int fd = -1;

    for (int n = 0; fd < 0 && n < 100; n++) {
        buf_reset(name);
        buf_addf(name, "%s.new-%ld-%d", path, (long)getpid(), n);
        fd = open(buf_text(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                  (mode_t)mode);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    return fd;
}

static enum err sync_folder_of(const char *path, struct why *why)
{
    const char *slash = strrchr(path, '/');
    char *folder = !slash ? mem_copy_text(".", 1)
                   : slash == path
                       ? mem_copy_text("/", 1)
                       : mem_copy_text(path, (size_t)(slash - path));
    enum err err = ERR_NONE;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || fsync(fd) < 0)
        err = fail_errno(why, folder);
    if (fd >= 0)
        close(fd);
    mem_free(folder);
    return err;
}

/* Give the finished file its name: in place of an old one, or only if there
 * is none. */
static enum err put_in_place(const char *name, const char *path, bool replace,
                             struct why *why)
{
    if (replace)
        return rename(name, path) == 0 ? ERR_NONE : fail_errno(why, path);
    if (link(name, path) < 0)
        return errno == EEXIST
                   ? fail(why, ERR_STATE, "%s: exists already", path)
                   : fail_errno(why, path);
    unlink(name);
    return ERR_NONE;
}

struct writing {
    const char *path;
    const void *data;
    size_t len;
    int mode;
    bool durable;
    bool replace;
};

static enum err write_file(const struct writing *job, struct why *why)
{
    struct buf name = {0};
    enum err err = ERR_NONE;
    int fd = open_beside(job->path, job->mode, &name);

    if (fd < 0) {
        err = fail_errno(why, job->path);
        buf_clear(&name);
        return err;
    }
    err = write_all(fd, job->path, job->data, job->len, why);
    if (err == ERR_NONE && job->durable && fsync(fd) < 0)
        err = fail_errno(why, job->path);
    if (close(fd) < 0 && err == ERR_NONE)
        err = fail_errno(why, job->path);
    if (err == ERR_NONE)
        err = put_in_place(buf_text(&name), job->path, job->replace, why);
    if (err != ERR_NONE)
        unlink(buf_text(&name));
    else if (job->durable)
        err = sync_folder_of(job->path, why);
    buf_clear(&name);
    return err;
}

enum err file_write(const char *path, const void *data, size_t len, int mode,
                    bool durable, struct why *why)
{
    struct writing job = {path, data, len, mode, durable, true};

    return write_file(&job, why);
}

enum err file_create(const char *path, const void *data, size_t len, int mode,
                     struct why *why)
{
    struct writing job = {path, data, len, mode, true, false};

    return write_file(&job, why);
}

enum err file_make_folders(const char *path, struct why *why)
{
    char *part = mem_copy_text(path, strlen(path));
    char *slash = part;
    enum err err = ERR_NONE;

    do {
        slash = *slash ? strchr(slash + 1, '/') : NULL;
        if (slash)
            *slash = '\0';
        if (mkdir(part, 0777) < 0 && errno != EEXIST)
            err = fail_errno(why, part);
        if (slash)
            *slash = '/';
    } while (slash && err == ERR_NONE);
    struct stat about;
    if (err == ERR_NONE && (stat(path, &about) < 0 || !S_ISDIR(about.st_mode)))
        err = fail(why, ERR_SYSTEM, "%s: exists and is no folder", path);
    mem_free(part);
    return err;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}
