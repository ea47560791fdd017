#include <tatum/site/impl/pid_file.h>

#include <tatum/site/impl/startup.h>

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace tatum::site {

PidFile::PidFile(std::string path)
    : path_(std::move(path)), text_(std::to_string(::getpid()) + "\n") {
    // Written beside it first, so that nobody reads half a number.
    const std::string fresh = path_ + ".new";
    {
        std::ofstream file(fresh, std::ios::trunc);
        file << text_;
        file.flush();
        if (file && std::rename(fresh.c_str(), path_.c_str()) == 0) return;
    }
    const int error = errno;
    ::unlink(fresh.c_str());
    throw start_error(StartFault::File,
                      "the pid file " + path_ + " cannot be written: " + std::strerror(error));
}

PidFile::~PidFile() {
    std::ifstream file(path_);
    const std::string text((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
    if (text == text_) ::unlink(path_.c_str());
}

}  // namespace tatum::site
