#include "record/signer.h"

#include "base/mem.h"
#include "record/checkpoint.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct signer {
    pid_t child;
    int fd;
    struct vkey vkey;
};

/* What the child says first: its public key, or why there is none. */
struct greeting {
    enum err err;
    struct vkey vkey;
    struct why why;
};

struct request {
    uint64_t size;
    struct hash root;
};

struct answer {
    uint8_t is_signed;
    uint8_t signature[KEY_SIGNATURE_BYTES];
};

static bool send_all(int fd, const void *data, size_t len)
{
    const char *at = data;

    while (len > 0) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static bool receive_all(int fd, void *data, size_t len)
{
    char *at = data;

    while (len > 0) {
        ssize_t n = recv(fd, at, len, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

/* ---- the child ---- */

/* Nothing of the parent stays open, nobody attaches, and Ctrl-C is the
 * parent's affair: when it goes, the socket ends, and so does the child. */
static void retreat(int fd)
{
    if (dup2(fd, STDERR_FILENO + 1) < 0)
        _exit(1);
    close_range(STDERR_FILENO + 2, ~0u, 0);
    prctl(PR_SET_DUMPABLE, 0);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
}

static void serve(int fd, const struct key *key)
{
    struct request last = {0}, request;
    bool has_signed = false;
    struct buf text = {0};

    while (receive_all(fd, &request, sizeof request)) {
        struct answer answer = {0};
        bool is_lawful =
            !has_signed || request.size > last.size ||
            (request.size == last.size && hash_same(&request.root, &last.root));
        if (is_lawful) {
            buf_reset(&text);
            checkpoint_format(key_vkey(key)->name, request.size, &request.root,
                              &text);
            key_sign(key, text.data, text.len, answer.signature);
            answer.is_signed = 1;
            has_signed = true;
            last = request;
        }
        if (!send_all(fd, &answer, sizeof answer))
            return;
    }
}

_Noreturn static void run_child(int fd, const char *path,
                                const char *passphrase, struct key *key)
{
    struct greeting hello = {0};

    retreat(fd);
    fd = STDERR_FILENO + 1;
    if (!key)
        hello.err = key_read(path, passphrase, &key, &hello.why);
    if (!hello.err && key_vkey(key)->type != KEY_ED25519)
        hello.err = fail(&hello.why, ERR_INPUT,
                         "%s: a key for cosignatures cannot be a log's",
                         key_vkey(key)->name);
    if (!hello.err)
        hello.vkey = *key_vkey(key);
    if (send_all(fd, &hello, sizeof hello) && !hello.err)
        serve(fd, key);
    key_close(key);
    _exit(0);
}

/* ---- the parent ---- */

static enum err start(const char *path, const char *passphrase, struct key *key,
                      struct signer **signer, struct why *why)
{
    struct signer *made;
    struct greeting hello = {0};
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return fail(why, ERR_SYSTEM, "signer: %s", strerror(errno));
    made = mem_new(1, sizeof *made);
    made->fd = pair[0];
    made->child = fork();
    if (made->child == 0)
        run_child(pair[1], path, passphrase, key);
    close(pair[1]);
    if (made->child < 0) {
        signer_close(made);
        return fail(why, ERR_SYSTEM, "signer: no further process");
    }
    if (!receive_all(made->fd, &hello, sizeof hello) || hello.err) {
        bool is_silent = !hello.err;
        signer_close(made);
        return is_silent ? fail(why, ERR_SYSTEM, "signer: it did not start")
                         : fail(why, hello.err, "%s", hello.why.text);
    }
    made->vkey = hello.vkey;
    *signer = made;
    return ERR_NONE;
}

enum err signer_open(const char *key_path, const char *passphrase,
                     struct signer **signer, struct why *why)
{
    return start(key_path, passphrase, NULL, signer, why);
}

enum err signer_open_key(struct key *key, struct signer **signer,
                         struct why *why)
{
    enum err err = start(NULL, NULL, key, signer, why);

    key_close(key);
    return err;
}

void signer_close(struct signer *signer)
{
    if (!signer)
        return;
    close(signer->fd); /* the child sees the end and leaves */
    while (signer->child > 0 && waitpid(signer->child, NULL, 0) < 0 &&
           errno == EINTR)
        ;
    mem_free(signer);
}

const struct vkey *signer_vkey(const struct signer *signer)
{
    return &signer->vkey;
}

enum err signer_sign(struct signer *signer, uint64_t size,
                     const struct hash *root,
                     uint8_t signature[KEY_SIGNATURE_BYTES], struct why *why)
{
    const struct request request = {size, *root};
    struct answer answer;

    if (!send_all(signer->fd, &request, sizeof request) ||
        !receive_all(signer->fd, &answer, sizeof answer))
        return fail(why, ERR_SYSTEM, "the log's signer is gone");
    if (!answer.is_signed)
        return fail(why, ERR_STATE,
                    "the log's signer refuses size %llu: it has signed "
                    "another tree of that size or a larger one",
                    (unsigned long long)size);
    memcpy(signature, answer.signature, KEY_SIGNATURE_BYTES);
    return ERR_NONE;
}
