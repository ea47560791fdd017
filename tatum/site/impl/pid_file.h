#pragma once

#include <string>

namespace tatum::site {

/// A file with the number of this process, for as long as it lives. Neither copied nor moved.
class PidFile {
public:
    /// Throws CommandError when it cannot be written. An old file is replaced as a whole.
    explicit PidFile(std::string path);
    /// Removes it, unless another process has put its number there.
    ~PidFile();
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;

private:
    std::string path_;
    std::string text_;
};

}  // namespace tatum::site
