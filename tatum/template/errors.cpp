#include <tatum/template/errors.h>

#include <utility>

namespace tatum::template_ {
namespace {

Error located(Error error, const TemplateFault& fault) {
    if (error.where.line == 0 && fault.line != 0) {
        error.where.file = fault.origin;
        error.where.line = fault.line;
        error.offset = fault.start;
    }
    return error;
}

Error does_not_exist(const std::string& name) {
    Error error;
    error.code = "template.E180";
    error.message =
        name.empty() ? "No template names provided" : "template '" + name + "' does not exist";
    return error;
}

}  // namespace

TemplateError::TemplateError(Error error, TemplateFault fault)
    : Exception(located(std::move(error), fault)),
      fault_(std::make_shared<const TemplateFault>(std::move(fault))) {}

void TemplateError::locate(const TemplateFault& fault) {
    if (fault_->line == 0) fault_ = std::make_shared<const TemplateFault>(fault);
}

TemplateDoesNotExist::TemplateDoesNotExist(std::string name, std::vector<Tried> tried,
                                           TemplateFault fault)
    : TemplateError(does_not_exist(name), std::move(fault)),
      details_(std::make_shared<const Details>(Details{std::move(name), std::move(tried)})) {}

}  // namespace tatum::template_
