# Every target is one command of ours, so that CI and a person run the same thing. `make` alone prints them.
#   STACK  a directory of infra/stacks      MODEL  a directory of models (default: the stack's name)
#   ENV    env/<ENV>.tfvars of the stack    ON     local: the stage on this machine; aws: your own account
#   ACCOUNT  settings that `make bootstrap` takes      ID  the lock that `make unlock` releases
#   BASE   the git ref that `make api-diff` compares with
#   FILE   what `make predict` predicts     VIA    which way: api, lambda, boto3 or sagemaker-sdk
#   NAME   a model that `make new-model` makes of FILE, to predict its column TARGET
STACK := bike-rental
MODEL := $(STACK)
ENV   := dev
ON    := local
VIA   := api
BASE  := origin/main
FILE  :=
NAME  :=
ACCOUNT := main
ID    :=
TARGET :=
ARGS  :=

VENV   := .venv
PY     := $(VENV)/bin/python
build  := build
caches := $(CURDIR)/build/cache
where  := --stack $(STACK) --env $(ENV) --on $(ON)

# Nothing is written outside build/ and the virtual environment.
export PYTHONPATH := $(CURDIR)/lambda:$(CURDIR)
export PYTHONPYCACHEPREFIX := $(caches)/pycache
export PIP_CACHE_DIR ?= $(caches)/pip
export MPLCONFIGDIR := $(caches)/matplotlib
export HYPOTHESIS_STORAGE_DIRECTORY := $(caches)/hypothesis
export CHECKPOINT_DISABLE := 1
unexport PYTHONDONTWRITEBYTECODE VIRTUAL_ENV PYTHONHOME

# A stamp's name carries the content of what was installed: a warm run costs one cksum.
stamp = $(VENV)/.installed/$(1)-$(shell cat $(2) scripts/toolchain/install.sh 2>/dev/null | cksum | cut -d' ' -f1)
locked = $(foreach set,build $(1) data,requirements/$(set).txt)
TEST    := $(call stamp,test,$(call locked,test data-models))
ALONE   := $(call stamp,demo,$(call locked,demo))
DEMO    := $(or $(wildcard $(TEST)),$(ALONE))
CHECKOV := $(build)/checkov-venv/.installed-$(shell cksum < requirements/checkov.txt | cut -d' ' -f1)
LOCK    := $(build)/lock-venv/.installed-$(shell cksum < requirements/lock.txt | cut -d' ' -f1)
SDK     := $(build)/sagemaker-sdk-venv/.installed-$(shell cksum < requirements/sagemaker-sdk.txt | cut -d' ' -f1)
NEWMAN  := $(build)/newman/.installed-$(shell cksum < tests/e2e/newman/package-lock.json | cut -d' ' -f1)

.DEFAULT_GOAL := help
.PHONY: help demo new-model up down stage-status train package openapi plan plan-summary api-diff apply drift \
  tell-github targets destroy bootstrap unlock output access smoke-test rollback predict postman logs metrics cost doctor \
  test test-slow check fmt bench lock sagemaker-sdk newman clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[36mmake %-14s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  variables: STACK=$(STACK) MODEL=$(MODEL) ENV=$(ENV) ON=$(ON) (local or aws)  ARGS='--help' goes to the command"

demo: $(DEMO) ## train, package, deploy and call a model on this machine: no account, no Docker
	@$(PY) -m scripts.demo $(ARGS)

new-model: $(DEMO) ## draft model and stack NAME from the rows of FILE, to predict column TARGET (ARGS=--dry-run)
	@$(PY) -m scripts.new_model "$(NAME)" --data "$(FILE)" --target "$(TARGET)" $(ARGS)

up: $(DEMO) ## start the local stage (AWS on loopback)
	@$(PY) -m scripts.local_stage up $(ARGS)

down: $(DEMO) ## stop the local stage and remove what it holds
	@$(PY) -m scripts.local_stage down $(ARGS)

stage-status: $(DEMO) ## is the local stage up, where, and what runs on it
	@$(PY) -m scripts.local_stage status $(ARGS)

# scikit-learn, which these two train with, and the flights are among the tests' packages.
train: $(if $(filter breast-cancer flight-delay,$(MODEL)),$(TEST),$(DEMO)) ## fit MODEL and write build/MODEL/model.tar.gz
	@$(PY) models/$(MODEL)/train.py $(ARGS)

package: $(DEMO) ## build the zip of MODEL's function for ON
	@$(PY) -m scripts.package $(MODEL) $(if $(filter local,$(ON)),--target local) $(ARGS)

openapi: $(DEMO) ## render build/MODEL/openapi.json from the contract
	@$(PY) -m scripts.openapi $(MODEL) $(ARGS)

plan: $(DEMO) ## what `make apply` would change; kept for ARGS=--saved-plan
	@$(PY) -m scripts.stack plan $(where) $(ARGS)

apply: $(DEMO) ## create or update STACK in ENV (asks first when ON=aws)
	@$(PY) -m scripts.stack apply $(where) $(ARGS)

plan-summary: $(DEMO) ## what the saved plan means, as markdown for a pull request
	@$(PY) -m scripts.plan_summary $(where) $(ARGS)

api-diff: $(DEMO) ## how MODEL's API differs from that at BASE, a git ref: what breaks clients, what doesn't
	@$(PY) -m scripts.api_diff $(MODEL) --base $(BASE) $(ARGS)

drift: $(DEMO) ## does what is deployed differ from the commit; exit code 2 when it does
	@$(PY) -m scripts.stack drift $(where) $(ARGS)

tell-github: ## a pipeline's comment or issue, from the parts that its jobs left (ARGS=--help; needs no packages)
	@python3 -m scripts.tell_github $(ARGS)

targets: $(DEMO) ## stacks and their environments as JSON, for a pipeline's matrix
	@$(PY) -m scripts.stack targets $(ARGS)

destroy: $(DEMO) ## remove STACK of ENV (asks first when ON=aws)
	@$(PY) -m scripts.stack destroy $(where) $(ARGS)

bootstrap: $(DEMO) ## once an account: state bucket and the pipelines' roles, from infra/bootstrap/accounts/ACCOUNT.tfvars
	@$(PY) -m scripts.bootstrap --account $(ACCOUNT) --on $(ON) $(ARGS)

unlock: $(DEMO) ## release the lock ID, which a killed run left on the state of STACK
	@$(PY) -m scripts.unlock $(ID) $(where) $(ARGS)

output: $(DEMO) ## the outputs of STACK, as JSON
	@$(PY) -m scripts.stack output $(where) $(ARGS)

access: $(DEMO) ## URL of STACK's stage and a client's key: eval "$(make -s access STACK=…)"
	@$(PY) -m scripts.stack access $(where) $(ARGS)

smoke-test: $(DEMO) ## prove that this very revision of STACK is live and right
	@$(PY) -m scripts.smoke_test $(where) $(ARGS)

rollback: $(DEMO) ## lead STACK back to the revision that a smoke test proved last (ARGS=--list, --previous, --yes)
	@$(PY) -m scripts.rollback $(where) $(ARGS)

predict: $(DEMO) ## predict the rows of FILE, VIA api, lambda, boto3 or sagemaker-sdk (ARGS=--help tells them apart)
	@$(PY) -m scripts.predict $(where) --via $(VIA) $(FILE) $(ARGS)

postman: $(DEMO) ## a Postman collection of STACK that tests its answers, with URL and key (ARGS=--run runs it)
	@$(PY) -m scripts.postman $(where) $(ARGS)

logs: $(DEMO) ## follow what STACK's function and API log (ARGS='--no-follow --since 1h --grep TEXT')
	@$(PY) -m scripts.logs $(where) $(ARGS)

metrics: $(DEMO) ## requests, rows, latency and errors by code of STACK (ARGS='--since 1h --json')
	@$(PY) -m scripts.metrics $(where) $(ARGS)

cost: $(DEMO) ## what STACK would cost a month before it is applied (ARGS='--requests 5e6', --json, --refresh)
	@$(PY) -m scripts.cost $(where) $(ARGS)

doctor: $(DEMO) ## what is wrong with checkout, tools, account and STACK, and how to mend it (ARGS='--only account')
	@$(PY) -m scripts.doctor $(where) $(ARGS)

test: $(TEST) ## the tests: unit, functional, infra, e2e
	@$(PY) -m pytest -n 3 --dist loadgroup -m 'not slow' $(ARGS)

test-slow: $(TEST) ## the tests that roll out, roll back, start another account; CI runs them beside the others
	@$(PY) -m pytest -n 2 --dist loadgroup -m slow $(ARGS)

check: $(TEST) $(CHECKOV) ## lint, types, terraform fmt and validate, security scan; writes nothing
	@$(PY) -m scripts.check $(ARGS)

fmt: $(TEST) ## format Python and Terraform files
	@$(PY) -m scripts.check --fix $(ARGS)

bench: $(TEST) $(SDK) ## measure handler, cold start, local stage; table and plot in build/bench
	@$(PY) -m tests.perf $(ARGS)

lock: $(LOCK) ## compile requirements/*.in to the hash-locked *.txt (ARGS=--upgrade for newer ones)
	@sh scripts/toolchain/lock.sh $(build)/lock-venv/bin/uv $(ARGS)

sagemaker-sdk: $(SDK) ## install the SageMaker SDK, a client of its own (build/sagemaker-sdk-venv, 212 MB)

newman: $(NEWMAN) ## install newman, which runs Postman collections (build/newman, 63 MB; needs npm)

clean: ## stop the local stage and remove build/ (keeps .venv)
	@for stage in $(notdir $(wildcard build/local/*)); do $(PY) -m scripts.local_stage down --name "$$stage"; done
	@rm -rf build

$(ALONE):
	@sh scripts/toolchain/install.sh $(VENV) demo $@

$(TEST):
	@sh scripts/toolchain/install.sh $(VENV) test $@

$(CHECKOV):
	@sh scripts/toolchain/install.sh $(build)/checkov-venv checkov $@

$(LOCK):
	@sh scripts/toolchain/install.sh $(build)/lock-venv lock $@

$(SDK):
	@sh scripts/toolchain/install.sh $(build)/sagemaker-sdk-venv sagemaker-sdk $@

$(NEWMAN):
	@sh scripts/toolchain/install_node_tool.sh newman $(build)/newman $@
