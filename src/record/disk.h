/*
 * disk.h - the few things the log asks of a file system.
 *
 * A table of functions, so that a test can fail the n-th of them, cut a write
 * short, or lose what was not synced. Each returns as its namesake in POSIX:
 * -1 and errno on failure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct disk_ops {
    void *context;
    int (*open)(void *context, const char *path, int flags, mode_t mode);
    int (*close)(void *context, int fd);
    ssize_t (*read)(void *context, int fd, void *data, size_t len);
    ssize_t (*write)(void *context, int fd, const void *data, size_t len,
                     off_t at);
    int (*sync)(void *context, int fd);     /* data and size of one file */
    int (*sync_all)(void *context, int fd); /* all of its file system */
    int (*truncate)(void *context, int fd, off_t len);
    int (*rename)(void *context, const char *from, const char *to);
    int (*unlink)(void *context, const char *path);
    int (*rmdir)(void *context, const char *path);
    int (*mkdir)(void *context, const char *path, mode_t mode);
};

/* The operating system's. */
extern const struct disk_ops disk_posix;
