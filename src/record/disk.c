#include "record/disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int disk_open(void *context, const char *path, int flags, mode_t mode)
{
    (void)context;
    return open(path, flags | O_CLOEXEC, mode);
}

static int disk_close(void *context, int fd)
{
    (void)context;
    return close(fd);
}

static ssize_t disk_read(void *context, int fd, void *data, size_t len)
{
    (void)context;
    return read(fd, data, len);
}

static ssize_t disk_write(void *context, int fd, const void *data, size_t len,
                          off_t at)
{
    (void)context;
    return pwrite(fd, data, len, at);
}

static int disk_sync(void *context, int fd)
{
    (void)context;
    return fdatasync(fd);
}

static int disk_sync_all(void *context, int fd)
{
    (void)context;
    return syncfs(fd);
}

static int disk_truncate(void *context, int fd, off_t len)
{
    (void)context;
    return ftruncate(fd, len);
}

static int disk_rename(void *context, const char *from, const char *to)
{
    (void)context;
    return rename(from, to);
}

static int disk_unlink(void *context, const char *path)
{
    (void)context;
    return unlink(path);
}

static int disk_rmdir(void *context, const char *path)
{
    (void)context;
    return rmdir(path);
}

static int disk_mkdir(void *context, const char *path, mode_t mode)
{
    (void)context;
    return mkdir(path, mode);
}

const struct disk_ops disk_posix = {
    .open = disk_open,
    .close = disk_close,
    .read = disk_read,
    .write = disk_write,
    .sync = disk_sync,
    .sync_all = disk_sync_all,
    .truncate = disk_truncate,
    .rename = disk_rename,
    .unlink = disk_unlink,
    .rmdir = disk_rmdir,
    .mkdir = disk_mkdir,
};
