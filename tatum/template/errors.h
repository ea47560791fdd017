#pragma once

#include <tatum/base/error.h>

#include <memory>
#include <string>
#include <vector>

namespace tatum::template_ {

/// Where in which template something went wrong, with the lines around: what a debug page shows.
struct TemplateFault {
    struct Line {
        std::size_t number = 0;  ///< counted from 1
        std::string text;        ///< without its line end
    };

    std::string template_name;   ///< as the template was asked for: "shop/list.html"
    std::string origin;          ///< the file it was read from, or "<memory>"
    std::size_t line = 0;        ///< counted from 1; 0 means unknown
    std::size_t start = 0;       ///< bytes from the start of the source: the tag at fault begins
    std::size_t end = 0;         ///< and ends
    std::string before;          ///< of the line at fault: the text before the tag,
    std::string during;          ///< the tag,
    std::string after;           ///< and the text after it
    std::vector<Line> lines;     ///< up to kLinesAround lines before and after the fault
    std::size_t line_count = 0;  ///< of the whole source

    static constexpr std::size_t kLinesAround = 10;
};

/// Base of what a template can be blamed for. A value with shared, immutable content.
class TemplateError : public Exception {
public:
    explicit TemplateError(Error error, TemplateFault fault = {});

    const TemplateFault& fault() const { return *fault_; }
    /// Says where, if that is not known yet: the innermost tag wins.
    void locate(const TemplateFault& fault);

private:
    std::shared_ptr<const TemplateFault> fault_;
};

/// The source breaks the language's rules; found when it is parsed, in a few cases (a tag whose
/// arguments are known late) when it is rendered. Codes template.E001 to E099.
struct TemplateSyntaxError : TemplateError {
    using TemplateError::TemplateError;
};

/// A value does not fit what a tag or filter does with it (unpacking, a filter's number), or a
/// limit is passed. Codes template.E100 and up; a limit's is template.E190.
struct TemplateRenderError : TemplateError {
    using TemplateError::TemplateError;
};

/// A variable that must exist does not, as an argument of a filter or tag that has no fallback.
struct VariableDoesNotExist : TemplateRenderError {
    using TemplateRenderError::TemplateRenderError;
};

/// `{% url %}` names no address. error()->message is the resolver's.
struct NoReverseMatch : TemplateRenderError {
    using TemplateRenderError::TemplateRenderError;
};

/// No loader has the template.
class TemplateDoesNotExist : public TemplateError {
public:
    /// One place that was looked at, and why it did not do.
    struct Tried {
        std::string origin;
        std::string reason;
    };

    TemplateDoesNotExist(std::string name, std::vector<Tried> tried, TemplateFault fault = {});

    /// The name asked for; for select_template() the names, separated by ", ".
    const std::string& name() const { return details_->name; }
    const std::vector<Tried>& tried() const { return details_->tried; }

private:
    struct Details {
        std::string name;
        std::vector<Tried> tried;
    };
    std::shared_ptr<const Details> details_;
};

}  // namespace tatum::template_
