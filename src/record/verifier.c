#include "record/verifier.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_JOBS = 128, QUEUE_BATCHES = 8 };

struct job {
    struct vkey key;
    size_t at; /* of its data in the batch's bytes */
    size_t len;
    uint8_t signature[KEY_SIGNATURE_BYTES];
    uint64_t tag;
};

struct batch {
    struct job job[BATCH_JOBS];
    size_t count;
    struct buf bytes;
    struct batch *next;
};

struct verifier {
    pthread_mutex_t lock;
    pthread_cond_t work; /* a batch was queued, or closing */
    pthread_cond_t rest; /* a batch was finished */
    struct batch *first; /* queue */
    struct batch *last;
    struct batch *spare; /* finished, to be used again */
    size_t queued;
    size_t busy; /* batches being verified */
    bool closing;
    struct batch *filling; /* only the adding thread touches it */
    uint64_t *bad;
    size_t bads;
    pthread_t thread[VERIFIER_THREADS_MAX];
    size_t threads; /* besides the adding one */
};

/* Called with the lock held; NULL when the queue is empty. */
static struct batch *take(struct verifier *verifier)
{
    struct batch *batch = verifier->first;

    if (batch == NULL)
        return NULL;
    verifier->first = batch->next;
    if (verifier->first == NULL)
        verifier->last = NULL;
    verifier->queued--;
    verifier->busy++;
    return batch;
}

/* Called with the lock held, which is let go while the work is done. */
static void verify(struct verifier *verifier, struct batch *batch)
{
    bool good[BATCH_JOBS] = {false};

    pthread_mutex_unlock(&verifier->lock);
    for (size_t i = 0; i < batch->count; i++) {
        const struct job *job = &batch->job[i];

        good[i] = vkey_verify(&job->key, batch->bytes.data + job->at, job->len,
                              job->signature);
    }
    pthread_mutex_lock(&verifier->lock);
    for (size_t i = 0; i < batch->count; i++) {
        if (good[i])
            continue;
        verifier->bad = mem_resize(verifier->bad, verifier->bads + 1,
                                   sizeof(*verifier->bad));
        verifier->bad[verifier->bads++] = batch->job[i].tag;
    }
    batch->count = 0;
    buf_reset(&batch->bytes);
    batch->next = verifier->spare;
    verifier->spare = batch;
    verifier->busy--;
    pthread_cond_broadcast(&verifier->rest);
}

static void *work(void *argument)
{
    struct verifier *verifier = argument;

    pthread_mutex_lock(&verifier->lock);
    for (;;) {
        struct batch *batch = take(verifier);

        if (batch != NULL)
            verify(verifier, batch);
        else if (verifier->closing)
            break;
        else
            pthread_cond_wait(&verifier->work, &verifier->lock);
    }
    pthread_mutex_unlock(&verifier->lock);
    return NULL;
}

struct verifier *verifier_open(size_t threads)
{
    struct verifier *verifier = mem_new(1, sizeof *verifier);

    pthread_mutex_init(&verifier->lock, NULL);
    pthread_cond_init(&verifier->work, NULL);
    pthread_cond_init(&verifier->rest, NULL);
    while (verifier->threads + 1 < threads &&
           pthread_create(&verifier->thread[verifier->threads], NULL, work,
                          verifier) == 0)
        verifier->threads++;
    return verifier;
}

static void free_batches(struct batch *batch)
{
    while (batch != NULL) {
        struct batch *next = batch->next;

        buf_clear(&batch->bytes);
        mem_free(batch);
        batch = next;
    }
}

void verifier_close(struct verifier *verifier)
{
    if (verifier == NULL)
        return;
    pthread_mutex_lock(&verifier->lock);
    verifier->closing = true;
    pthread_cond_broadcast(&verifier->work);
    pthread_mutex_unlock(&verifier->lock);
    for (size_t i = 0; i < verifier->threads; i++)
        pthread_join(verifier->thread[i], NULL);
    free_batches(verifier->first);
    free_batches(verifier->spare);
    free_batches(verifier->filling);
    pthread_mutex_destroy(&verifier->lock);
    pthread_cond_destroy(&verifier->work);
    pthread_cond_destroy(&verifier->rest);
    mem_free(verifier->bad);
    mem_free(verifier);
}

/* Queue the batch being filled; lend a hand while the queue is long. */
static void queue(struct verifier *verifier)
{
    struct batch *batch = verifier->filling;

    verifier->filling = NULL;
    pthread_mutex_lock(&verifier->lock);
    batch->next = NULL;
    if (verifier->last == NULL)
        verifier->first = batch;
    else
        verifier->last->next = batch;
    verifier->last = batch;
    verifier->queued++;
    pthread_cond_signal(&verifier->work);
    while (verifier->queued > (verifier->threads == 0 ? 0 : QUEUE_BATCHES))
        verify(verifier, take(verifier));
    pthread_mutex_unlock(&verifier->lock);
}

static struct batch *empty_batch(struct verifier *verifier)
{
    struct batch *batch;

    pthread_mutex_lock(&verifier->lock);
    batch = verifier->spare;
    if (batch != NULL)
        verifier->spare = batch->next;
    pthread_mutex_unlock(&verifier->lock);
    if (batch == NULL)
        batch = mem_new(1, sizeof *batch);
    batch->next = NULL;
    return batch;
}

void verifier_add(struct verifier *verifier, const struct vkey *key,
                  const void *data, size_t len,
                  const uint8_t signature[KEY_SIGNATURE_BYTES], uint64_t tag)
{
    struct batch *batch = verifier->filling;
    struct job *job;

    if (batch == NULL)
        batch = verifier->filling = empty_batch(verifier);
    job = &batch->job[batch->count++];
    job->key = *key;
    job->at = batch->bytes.len;
    job->len = len;
    job->tag = tag;
    memcpy(job->signature, signature, KEY_SIGNATURE_BYTES);
    buf_add(&batch->bytes, data, len);
    if (batch->count == BATCH_JOBS)
        queue(verifier);
}

static int ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

size_t verifier_finish(struct verifier *verifier, const uint64_t **bad)
{
    struct batch *batch;

    if (verifier->filling != NULL)
        queue(verifier);
    pthread_mutex_lock(&verifier->lock);
    while ((batch = take(verifier)) != NULL)
        verify(verifier, batch);
    while (verifier->busy > 0)
        pthread_cond_wait(&verifier->rest, &verifier->lock);
    pthread_mutex_unlock(&verifier->lock);
    if (verifier->bads > 0)
        qsort(verifier->bad, verifier->bads, sizeof *verifier->bad, ascending);
    *bad = verifier->bad;
    return verifier->bads;
}
