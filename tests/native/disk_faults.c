/* Preloaded into the program under test, or into a PostgreSQL server of a test: a disk that fails as the file named by
 * DISK_FAULTS says.
 *
 * The file holds one word: "fsync" makes every flush fail (EIO), "one" the first flush after it of all processes together, "write"
 * every write to a file (EROFS), as after a remount of a broken disk. Without the file, or with another word, everything works. Sockets and pipes are left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int fails(const char *what) {
    const char *path = getenv("DISK_FAULTS");
    char word[16] = "";
    int file;
    if (!path || (file = open(path, O_RDONLY | O_CLOEXEC)) < 0) return 0;
    ssize_t size = read(file, word, sizeof word - 1);
    close(file);
    return size > 0 && strncmp(word, what, strlen(what)) == 0;
}

/* Of a program and all that it forks: whether the one flush failed. */
static atomic_int *failed_one;

__attribute__((constructor)) static void share(void) {
    void *page = mmap(NULL, sizeof *failed_one, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    failed_one = page == MAP_FAILED ? NULL : page;
}

static int flush_fails(void) {
    if (fails("fsync")) return 1;
    return failed_one && fails("one") && atomic_exchange(failed_one, 1) == 0;
}

static int is_file(int descriptor) {
    struct stat found;
    return fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FLUSH(name) \
    int name(int descriptor) { \
        if (flush_fails()) { errno = EIO; return -1; } \
        return NEXT(name)(descriptor); \
    }
#define BROKEN(descriptor) if (is_file(descriptor) && fails("write")) { errno = EROFS; return -1; }

FLUSH(fsync)
FLUSH(fdatasync)

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t at) {
    BROKEN(descriptor)
    return NEXT(pwrite)(descriptor, bytes, size, at);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t at) {
    BROKEN(descriptor)
    return NEXT(pwrite64)(descriptor, bytes, size, at);
}

ssize_t write(int descriptor, const void *bytes, size_t size) {
    BROKEN(descriptor)
    return NEXT(write)(descriptor, bytes, size);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    BROKEN(descriptor)
    return NEXT(writev)(descriptor, parts, count);
}
