#include "base/file.h"
#include "test.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *within(struct buf *path, const char *folder,
                          const char *name)
{
    buf_reset(path);
    buf_addf(path, "%s/%s", folder, name);
    return path->data;
}

static size_t count_files(const char *folder)
{
    DIR *dir = opendir(folder);
    size_t count = 0;

    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count - 2; /* . and .. */
}

TEST(a_file_is_written_whole_replaced_and_read_back)
{
    const char *folder = test_folder();
    struct buf path = {0};
    struct buf bytes = {0};
    struct why why;
    struct stat about;

    within(&path, folder, "key");
    CHECK(!file_exists(path.data));
    CHECK_OK(file_write(path.data, "one\0two", 7, 0600, true, &why), why);
    CHECK(file_exists(path.data));
    CHECK(stat(path.data, &about) == 0 && (about.st_mode & 0777) == 0600);
    CHECK_OK(file_write(path.data, "three", 5, 0600, true, &why), why);
    buf_add_text(&bytes, "before ");
    CHECK_OK(file_read(path.data, 5, &bytes, &why), why);
    CHECK_TEXT(buf_text(&bytes), "before three");
    CHECK_WHY(file_read(path.data, 4, &bytes, &why), ERR_LIMIT, why, path.data);
    CHECK_TEXT(buf_text(&bytes), "before three");
    CHECK_INT(count_files(folder), 1);
    buf_clear(&bytes);
    buf_clear(&path);
}

TEST(a_file_that_exists_is_not_created_again)
{
    const char *folder = test_folder();
    struct buf path = {0};
    struct buf bytes = {0};
    struct why why;

    within(&path, folder, "note");
    CHECK_OK(file_create(path.data, "first", 5, 0644, &why), why);
    CHECK_WHY(file_create(path.data, "second", 6, 0644, &why), ERR_STATE, why,
              "exists already");
    CHECK_OK(file_read(path.data, 100, &bytes, &why), why);
    CHECK_TEXT(buf_text(&bytes), "first");
    CHECK_INT(count_files(folder), 1);
    buf_clear(&bytes);
    buf_clear(&path);
}

TEST(what_cannot_be_read_or_written_is_named)
{
    const char *folder = test_folder();
    struct buf path = {0};
    struct buf bytes = {0};
    struct why why;

    CHECK_WHY(file_read(within(&path, folder, "none"), 9, &bytes, &why),
              ERR_ABSENT, why, "none: No such file");
    CHECK_INT(file_read(folder, 9, &bytes, &why), ERR_INPUT);
    CHECK_INT(
        file_write(within(&path, folder, "no/file"), "x", 1, 0644, true, &why),
        ERR_ABSENT);
    CHECK(bytes.len == 0);
    buf_clear(&bytes);
    buf_clear(&path);
}

TEST(a_write_that_cannot_take_its_name_leaves_nothing_behind)
{
    const char *folder = test_folder();
    struct buf path = {0};
    struct why why;

    within(&path, folder, "taken/inner");
    CHECK_OK(file_make_folders(path.data, &why), why);
    within(&path, folder, "taken");
    CHECK(file_write(path.data, "x", 1, 0644, true, &why) != ERR_NONE);
    CHECK_INT(count_files(folder), 1);
    buf_clear(&path);
}

TEST(folders_are_made_as_deep_as_needed)
{
    const char *folder = test_folder();
    struct buf path = {0};
    struct why why;

    within(&path, folder, "tile/0/x001//x234/");
    CHECK_OK(file_make_folders(path.data, &why), why);
    CHECK(file_exists(path.data));
    CHECK_OK(file_make_folders(path.data, &why), why);
    within(&path, folder, "plain");
    CHECK_OK(file_write(path.data, "x", 1, 0644, false, &why), why);
    CHECK(file_make_folders(path.data, &why) != ERR_NONE);
    within(&path, folder, "plain/below");
    CHECK(file_make_folders(path.data, &why) != ERR_NONE);
    CHECK_INT(file_make_folders("", &why), ERR_ABSENT);
    buf_clear(&path);
}
