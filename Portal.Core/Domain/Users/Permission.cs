namespace Portal.Core.Domain.Users;

/// <summary>What can be allowed in an app. <see cref="Permissions"/> says to whom.</summary>
public enum Permission
{
    /// <summary>See everything of the app, and ask its models and workflows, which writes nothing.</summary>
    See,

    /// <summary>Say which concepts are on an input.</summary>
    Label,

    /// <summary>Approve or reject what waits, and delete what others said.</summary>
    Review,

    /// <summary>Add, describe, retry and delete inputs.</summary>
    ManageInputs,
    ManageConcepts,

    /// <summary>Make, change, train and evaluate models.</summary>
    ManageModels,

    /// <summary>Make, change and run workflows, and choose the default one.</summary>
    ManageWorkflows,
    ManageJobs,

    /// <summary>Import and export.</summary>
    Exchange,

    /// <summary>Change the app's name, description and settings, and the filters saved for all.</summary>
    ManageApp,

    /// <summary>Invite people, and change or end memberships, up to one's own role.</summary>
    ManageMembers,
    DeleteApp,
}
