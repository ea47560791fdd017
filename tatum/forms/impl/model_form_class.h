#pragma once

#include <tatum/forms/any_model_form.h>
#include <tatum/forms/impl/form_state.h>

namespace tatum::forms::impl {

/// A class of model forms as its declaration says; immutable, one for each class.
struct ModelFormClass {
    const db::ModelType* model = nullptr;
    Shared<const ModelFormOptions> options;
    FormClass own;  ///< the members of the form itself, and the hooks
    void (*save_object)(void* object) = nullptr;
    /// Checks of single fields of the model.
    std::vector<std::pair<std::string, void (*)(BaseForm& form)>> cleaners;
    ModelFormOptions draft;  ///< while the declaration is read
};

}  // namespace tatum::forms::impl

namespace tatum::forms {

/// What a model form is made of, put together.
struct AnyModelForm::Ready {
    const FormType* type;
    const db::ModelMeta* model;
    Shared<const ModelFormOptions> options;
    FormArguments arguments;
    db::AnyObject instance;

    static Ready make(const FormType& type, const db::ModelMeta& model,
                      Shared<const ModelFormOptions> options, const ModelFormArguments& arguments);
};

}  // namespace tatum::forms
